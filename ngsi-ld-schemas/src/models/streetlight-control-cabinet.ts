import type { SimplifiedEntity } from '../entity.ts';
import type { AssetAttributes } from './asset.ts';
import type { PowerState } from './streetlight.ts';

/** The cabinet that feeds and meters lamps (dataModel.Streetlighting, StreetlightControlCabinet 0.1.0), in simplified form. */
export type StreetlightControlCabinet = SimplifiedEntity<
  AssetAttributes & {
    type: 'StreetlightControlCabinet';
    workingMode?: 'automatic' | 'manual' | 'semiautomatic';
    powerState?: PowerState;
    /** kWh (KWH) since metering started. */
    energyConsumed?: number;
    /** kW (KWT). */
    totalActivePower?: number;
    status?: string;
  }
>;
