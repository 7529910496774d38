import type { FormDescriptor, FormField } from '@alzette/ngsi-ld-schemas/models';
import type { Device, Profile } from './agents.ts';

/** The decoding of payloads. */
export type Decoding = 'codec' | 'cayenne-lpp' | 'network-server';

/** A decoded value and its attribute; without a name the value is not used. */
export interface MappingRow {
  /** JEXL, e.g. `data.temperature`. */
  readonly value: string;
  readonly name: string;
  readonly unitCode?: string;
}

/** The profile and device that the page will register. */
export interface Draft {
  readonly devEui: string;
  readonly decoding: Decoding;
  readonly codec: string;
  readonly type: string;
  readonly asset: string;
  readonly label: string;
  /** `latitude, longitude`, in the order of map sites. */
  readonly position: string;
  readonly rows: readonly MappingRow[];
}

const LEAST = { devEui: '0000000000000000', asset: 'urn:ngsi-ld:Device:draft' };

export function profileOf({ devEui, decoding, codec, type, label, position, rows }: Draft): Profile {
  const name = label.trim();
  const place = readPosition(position);
  return {
    id: `${slug(type)}-${devEui || LEAST.devEui}`,
    name: name || `${type} ${devEui}`.trim(),
    ...(decoding === 'codec' && codec.trim() !== '' ? { codec } : {}),
    ...(decoding === 'cayenne-lpp' ? { decoder: 'cayenne-lpp' as const } : {}),
    entities: [
      {
        type,
        id: 'device.asset',
        attributes: [
          ...rows
            .filter((row) => row.name.trim() !== '')
            .map(({ name, value, unitCode }) => ({ name: name.trim(), value, ...(unitCode ? { unitCode } : {}) })),
          ...(name === '' ? [] : [{ name: 'name', value: 'device.settings.name' }]),
          ...(place === undefined
            ? []
            : [{ name: 'location', type: 'GeoProperty' as const, value: 'device.settings.position' }]),
        ],
      },
    ],
  };
}

export function deviceOf(draft: Draft): Device {
  const name = draft.label.trim();
  const place = readPosition(draft.position);
  const settings = { ...(name && { name }), ...(place && { position: `${place.longitude},${place.latitude}` }) };
  return {
    devEui: draft.devEui || LEAST.devEui,
    profile: profileOf(draft).id,
    asset: draft.asset || LEAST.asset,
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}

/** Undefined: not a latitude and longitude. */
export function readPosition(text: string): { latitude: number; longitude: number } | undefined {
  const match = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  const latitude = Number(match?.[1]);
  const longitude = Number(match?.[2]);
  return match !== null && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined;
}

/** The attribute names of the models, by the usual names of values in codecs. */
const USUAL_NAMES: Readonly<Record<string, readonly string[]>> = {
  temp: ['temperature'],
  airtemperature: ['temperature'],
  hum: ['relativeHumidity'],
  humidity: ['relativeHumidity'],
  level: ['fillingLevel', 'illuminanceLevel'],
  fill: ['fillingLevel'],
  filling: ['fillingLevel'],
  dimming: ['illuminanceLevel'],
  dim: ['illuminanceLevel'],
  power: ['powerConsumption', 'totalActivePower', 'activePower'],
  pressure: ['atmosphericPressure'],
  battery: ['batteryLevel'],
  pm2_5: ['pm25'],
};

/**
 * The existing rows, plus one for each decoded value without a row. A new row has the model's attribute name if there
 * is one.
 */
export function completedRows(
  rows: readonly MappingRow[],
  decoded: Readonly<Record<string, unknown>>,
  form: FormDescriptor | undefined,
): MappingRow[] {
  const taken = new Set(rows.map(({ value }) => value));
  const names = new Set(rows.map(({ name }) => name));
  const added: MappingRow[] = [];
  for (const path of valuePaths(decoded)) {
    const value = `data.${path}`;
    if (taken.has(value)) continue;
    const field = fieldFor(path.split('.').at(-1) ?? path, form);
    const name = field !== undefined && !names.has(field.name) ? field.name : '';
    names.add(name);
    added.push({ value, name, ...(name !== '' && field?.unit !== undefined ? { unitCode: field.unit } : {}) });
  }
  return [...rows, ...added];
}

function fieldFor(key: string, form: FormDescriptor | undefined): FormField | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const wished = [key, ...(USUAL_NAMES[key.toLowerCase()] ?? USUAL_NAMES[plain(key)] ?? [])].map(plain);
  for (const wish of wished) {
    const field = form?.fields.find(({ name }) => plain(name) === wish);
    if (field !== undefined) return field;
  }
  return undefined;
}

/** Paths of numbers, texts and booleans, two levels deep, whose keys are valid names in JEXL. */
function valuePaths(decoded: Readonly<Record<string, unknown>>, prefix = '', depth = 0): string[] {
  return Object.entries(decoded).flatMap(([key, value]) => {
    if (!/^[A-Za-z_]\w*$/.test(key) || value === null) return [];
    if (typeof value !== 'object') return [prefix + key];
    return Array.isArray(value) || depth > 1
      ? []
      : valuePaths(value as Readonly<Record<string, unknown>>, `${prefix}${key}.`, depth + 1);
  });
}

function slug(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase() || 'profile';
}
