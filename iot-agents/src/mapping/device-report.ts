import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import type { Device } from './device-profile.ts';

/** The last values written about a device, so that its entity is not written with each frame. */
export interface DeviceReportMemory {
  reportedAtMs: number;
  staticAtMs: number;
  framesSinceRadio: number;
  rssi: number | null;
  snr: number | null;
  battery: number | null;
}

export function freshReportMemory(): DeviceReportMemory {
  return {
    reportedAtMs: Number.NEGATIVE_INFINITY,
    staticAtMs: Number.NEGATIVE_INFINITY,
    framesSinceRadio: 0,
    rssi: null,
    snr: null,
    battery: null,
  };
}

const SEEN_EVERY_MS = 60_000;
const STATIC_EVERY_MS = 3_600_000;
const RADIO_EVERY_FRAMES = 10;
const RADIO_CHANGE_DB = 3;

const RADIO_ATTRIBUTES = ['rssi', 'snr', 'gatewayId', 'spreadingFactor', 'linkMargin'];

export function deviceEntityId(devEui: string): string {
  return `urn:ngsi-ld:Device:${devEui}`;
}

/** Whether static attributes are due; records that they are being sent now. */
export function staticIsDue(memory: DeviceReportMemory, frame: UplinkFrame): boolean {
  const at = Date.parse(frame.time);
  if (at - memory.staticAtMs < STATIC_EVERY_MS) return false;
  memory.staticAtMs = at;
  return true;
}

/**
 * The device's own entity: battery, radio, last reception, and the asset it serves. `mapped` is the profile's result
 * for it and takes precedence. Radio values are sent if they changed by more than 3 dB, or with every tenth frame;
 * `dateLastValueReported` at most once per minute of frame time. The histories of devices must not outgrow those of
 * measurements.
 */
export function reportDevice(
  device: Device,
  frame: UplinkFrame,
  mapped: Entity | undefined,
  withStatic: boolean,
  memory: DeviceReportMemory,
): Entity | undefined {
  const entity: Entity = mapped ?? { id: deviceEntityId(device.devEui), type: 'Device' };
  const observedAt = frame.time;
  const radioDue = radioIsDue(frame, memory);
  const seenDue = radioDue || withStatic || Date.parse(frame.time) - memory.reportedAtMs >= SEEN_EVERY_MS;
  const add = (name: string, value: unknown, unitCode?: string): void => {
    if (value === undefined || value === null || name in entity) return;
    entity[name] = { type: 'Property', value, ...(unitCode === undefined ? {} : { unitCode }), observedAt };
  };
  if (radioDue) {
    add('rssi', frame.best?.rssi, 'DBM');
    add('snr', frame.best?.snr, '2N');
  } else {
    for (const name of RADIO_ATTRIBUTES) delete entity[name];
  }
  add('linkMargin', frame.linkMargin);
  if (frame.battery?.kind === 'level' && frame.battery.value !== memory.battery) {
    memory.battery = frame.battery.value;
    add('batteryLevel', frame.battery.value);
  }
  if (frame.kind === 'location' && frame.networkLocation !== undefined) {
    entity.location = { type: 'GeoProperty', value: frame.networkLocation.point, observedAt };
  }
  if (seenDue) add('dateLastValueReported', frame.time);
  else delete entity.dateLastValueReported;
  if (withStatic && device.asset !== undefined && !('controlledAsset' in entity)) {
    entity.controlledAsset = { type: 'Relationship', object: device.asset };
  }
  if (seenDue) memory.reportedAtMs = Date.parse(frame.time);
  return Object.keys(entity).length > 2 ? entity : undefined;
}

function radioIsDue(frame: UplinkFrame, memory: DeviceReportMemory): boolean {
  if (frame.best === null) return false;
  const { rssi, snr } = frame.best;
  memory.framesSinceRadio += 1;
  const moved = (now: number | null, before: number | null): boolean =>
    now !== null && (before === null || Math.abs(now - before) > RADIO_CHANGE_DB);
  if (!moved(rssi, memory.rssi) && !moved(snr, memory.snr) && memory.framesSinceRadio < RADIO_EVERY_FRAMES)
    return false;
  memory.framesSinceRadio = 0;
  memory.rssi = rssi;
  memory.snr = snr;
  return true;
}
