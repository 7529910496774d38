import type { SimplifiedEntity } from '../entity.ts';
import type { AssetAttributes } from './asset.ts';

export type PowerState = 'on' | 'off' | 'low' | 'bootingUp';

/** One lamp (dataModel.Streetlighting, Streetlight 0.2.1), in simplified form. */
export type Streetlight = SimplifiedEntity<
  AssetAttributes & {
    type: 'Streetlight';
    powerState?: PowerState;
    /** Dimming, 0 to 1. */
    illuminanceLevel?: number;
    /** W (WTT). */
    powerConsumption?: number;
    status?: 'ok' | 'defectiveLamp' | 'columnIssue' | 'brokenLantern';
    dateLastSwitchingOn?: string;
    dateLastSwitchingOff?: string;
    refStreetlightControlCabinet?: string;
    refStreetlightGroup?: string;
  }
>;
