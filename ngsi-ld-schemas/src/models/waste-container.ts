import type { SimplifiedEntity } from '../entity.ts';
import type { AssetAttributes } from './asset.ts';

/** A container for voluntary drop-off (dataModel.WasteManagement, WasteContainer 0.3.0), in simplified form. */
export type WasteContainer = SimplifiedEntity<
  AssetAttributes & {
    type: 'WasteContainer';
    /** 0 to 1. */
    fillingLevel?: number;
    /** An open enumeration: `glass`, `paper`, `plastic`, `organic`… One or several. */
    storedWasteKind?: string | string[];
    /** °C (CEL). */
    temperature?: number;
    status?: 'ok' | 'lidOpen' | 'dropped' | 'moved' | 'vandalized' | 'burning' | 'unknown';
    dateLastEmptying?: string;
  }
>;
