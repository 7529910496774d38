import type { Entity } from '@alzette/ngsi-ld-schemas';
import { isObject, object, objects, text, time } from '../../frames/json-values.ts';

/** A device as reported by a gateway: functions with attributes, each a value with its time. */
export interface TalqDevice {
  readonly address: string;
  readonly name: string;
  readonly functions: readonly Readonly<Record<string, unknown>>[];
}

/** Undefined: not a device. */
export function readTalqDevice(value: unknown): TalqDevice | undefined {
  const { address, name, functions } = object(value);
  if (typeof address !== 'string' || !/^[0-9A-Fa-f-]{36}$/.test(address)) return undefined;
  return { address: address.toLowerCase(), name: text(name) ?? address, functions: objects(functions) };
}

/** Attributes of our models, by function and attribute of TALQ, with TALQ's unit. */
type Measures = Readonly<Record<string, readonly [attribute: string, unitCode?: string]>>;

const LAMP: Measures = {
  activePower: ['powerConsumption', 'WTT'],
  supplyVoltage: ['voltage', 'VLT'],
  supplyCurrent: ['current', 'AMP'],
  powerFactor: ['powerFactor'],
  activeEnergy: ['lifetimePowerConsumption', 'KWH'],
};
const METER: Measures = {
  totalPower: ['totalActivePower', 'KWT'],
  totalActiveEnergy: ['energyConsumed', 'KWH'],
  frequency: ['frequency', 'HTZ'],
  phase1Voltage: ['voltageR', 'VLT'],
  phase2Voltage: ['voltageS', 'VLT'],
  phase3Voltage: ['voltageT', 'VLT'],
  phase1Current: ['intensityR', 'AMP'],
  phase2Current: ['intensityS', 'AMP'],
  phase3Current: ['intensityT', 'AMP'],
  phase1ActivePower: ['activePowerR', 'KWT'],
  phase2ActivePower: ['activePowerS', 'KWT'],
  phase3ActivePower: ['activePowerT', 'KWT'],
};

/** Events whose attribute is true while they last, by the severity of their Alert. */
const FAULTS: Readonly<Record<string, 'high' | 'medium' | 'low'>> = {
  lampFailure: 'medium',
  dimmingFailure: 'low',
  cyclingFailure: 'medium',
  controlGearCommFailure: 'medium',
  lampUnexpectedOn: 'low',
  lampPowerTooHigh: 'low',
  lampPowerTooLow: 'low',
  absoluteLampPowerTooHigh: 'low',
  absoluteLampPowerTooLow: 'low',
  powerFactorTooLow: 'low',
  relayFailure: 'medium',
  highTemperature: 'medium',
  supplyLoss: 'high',
  supplyVoltageTooHigh: 'medium',
  supplyVoltageTooLow: 'medium',
  currentTooHigh: 'medium',
  currentTooLow: 'low',
  leakageDetected: 'high',
  contactorError: 'medium',
  cabinetDoorOpen: 'medium',
  circuitBreakerTripped: 'high',
  switchingErrorOn: 'medium',
  switchingErrorOff: 'medium',
  communicationFailure: 'medium',
};

const LAMP_FUNCTIONS = new Set(['LampActuatorFunction', 'LampMonitorFunction']);
const CABINET_FUNCTIONS = new Set(['CabinetMonitorFunction', 'ElectricalMeterFunction', 'SegmentMonitorFunction']);

export function isLamp({ functions }: TalqDevice): boolean {
  return functions.some(({ type }) => LAMP_FUNCTIONS.has(String(type)));
}

/** The names of its current faults. */
export function faultsOf({ functions }: TalqDevice): string[] {
  return Object.keys(FAULTS).filter((name) => functions.some((each) => object(each[name]).value === true));
}

/**
 * The lamp or cabinet that a device represents, its Device entity, and an Alert for each fault. `readAt`: the time of
 * values without one.
 */
export function talqEntities(source: string, device: TalqDevice, readAt: string | undefined): Entity[] {
  const { address, functions } = device;
  const deviceId = `urn:ngsi-ld:Device:${source}:${address}`;
  const types = new Set(functions.map(({ type }) => String(type)));
  const isLight = isLamp(device);
  const isCabinet = !isLight && [...types].some((type) => CABINET_FUNCTIONS.has(type));
  const type = isLight ? 'Streetlight' : isCabinet ? 'StreetlightControlCabinet' : 'Device';
  const id = type === 'Device' ? deviceId : talqEntityId(source, type, address);
  const asset: Entity = { id, type, ...placeOf(device) };
  const own: Entity = {
    id: deviceId,
    type: 'Device',
    ...placeOf(device),
    supportedProtocol: { type: 'Property', value: ['talq'] },
    ...identityOf(functions),
    ...(type === 'Device' ? {} : { controlledAsset: { type: 'Relationship', object: [id] } }),
  };
  const alerts: Entity[] = [];
  let isWatched = false;
  let isDefective = false;
  let failureAt: string | undefined;
  for (const each of functions) {
    if (isLight) Object.assign(asset, measured(each, LAMP, readAt), lightOf(each, readAt));
    if (isCabinet) Object.assign(asset, measured(each, METER, readAt));
    for (const [name, severity] of Object.entries(FAULTS)) {
      const { value, timestamp } = object(each[name]);
      if (name === 'lampFailure' && typeof value === 'boolean') {
        isWatched = true;
        failureAt = time(timestamp) ?? readAt;
        isDefective = value;
      }
      if (value === true)
        alerts.push(alertOf(`${source}:${address}:${name}`, id, device.name, name, severity, time(timestamp)));
    }
  }
  if (isWatched) asset.status = property(isDefective ? 'defectiveLamp' : 'ok', failureAt);
  if (type === 'Device') return [own, ...alerts];
  asset.refDevice = { type: 'Relationship', object: [deviceId] };
  return [asset, own, ...alerts];
}

export function talqEntityId(source: string, type: string, address: string): string {
  return `urn:ngsi-ld:${type}:${source}:${address}`;
}

function placeOf({ name, functions }: TalqDevice): object {
  const basic = functions.find(({ type }) => type === 'BasicFunction') ?? {};
  const { longitude, latitude } = object(object(basic.location).value);
  const isPlace = typeof longitude === 'number' && typeof latitude === 'number' && (longitude !== 0 || latitude !== 0);
  return {
    name: { type: 'Property', value: text(object(basic.displayName).value) ?? name },
    ...(isPlace && { location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [longitude, latitude] } } }),
  };
}

function identityOf(functions: TalqDevice['functions']): object {
  const basic = functions.find(({ type }) => type === 'BasicFunction') ?? {};
  const serial = text(object(basic.serial).value);
  const version = text(object(basic.swVersion).value);
  return {
    ...(serial === undefined ? {} : { serialNumber: { type: 'Property', value: serial } }),
    ...(version === undefined ? {} : { firmwareVersion: { type: 'Property', value: version } }),
  };
}

function measured(each: Readonly<Record<string, unknown>>, measures: Measures, readAt: string | undefined): object {
  const attributes: Record<string, object> = {};
  for (const [name, [attribute, unitCode]] of Object.entries(measures)) {
    const { value, timestamp } = object(each[name]);
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    attributes[attribute] = {
      ...property(value, time(timestamp) ?? readAt),
      ...(unitCode === undefined ? {} : { unitCode }),
    };
  }
  return attributes;
}

/** `actualLightState` is a level in percent. */
function lightOf({ actualLightState }: Readonly<Record<string, unknown>>, readAt: string | undefined): object {
  const { value, timestamp } = object(actualLightState);
  const level = isObject(value) ? value.value : undefined;
  if (typeof level !== 'number' || level < 0 || level > 100) return {};
  const at = time(timestamp) ?? readAt;
  return {
    illuminanceLevel: property(level / 100, at),
    powerState: property(level === 0 ? 'off' : level < 100 ? 'low' : 'on', at),
  };
}

function alertOf(
  key: string,
  of: string,
  name: string,
  fault: string,
  severity: string,
  since: string | undefined,
): Entity {
  return {
    id: `urn:ngsi-ld:Alert:${key}`,
    type: 'Alert',
    category: { type: 'Property', value: 'device' },
    subCategory: { type: 'Property', value: fault },
    severity: { type: 'Property', value: severity },
    alertSource: { type: 'Relationship', object: of },
    description: { type: 'Property', value: `${name}: ${fault}` },
    ...(since === undefined ? {} : { dateIssued: dateTime(since), validFrom: dateTime(since) }),
  };
}

export function dateTime(at: string): object {
  return { type: 'Property', value: { '@type': 'DateTime', '@value': at } };
}

function property(value: unknown, observedAt: string | undefined): object {
  return { type: 'Property', value, ...(observedAt === undefined ? {} : { observedAt }) };
}
