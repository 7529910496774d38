import type { SimplifiedEntity } from '../entity.ts';

/** What measures and reports (dataModel.Device, Device), in simplified form. */
export type Device = SimplifiedEntity<{
  type: 'Device';
  name?: string;
  /** 0 to 1. */
  batteryLevel?: number;
  /** dBm (DBM). */
  rssi?: number;
  /** dB (2N). */
  snr?: number;
  dateLastValueReported?: string;
  /** What it measures or switches. */
  controlledAsset?: string | string[];
}>;
