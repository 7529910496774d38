import { isStorable } from '@alzette/kit/bodies';
import { parse } from 'csv-parse/sync';
import { RegistryError } from '../frames/registry-error.ts';
import type { Device } from '../mapping/device-profile.ts';
import { readDevice } from './validation.ts';

/** A line of a device list: the device, or why the line is refused. */
export type DeviceLine = { readonly line: number } & ({ readonly device: Device } | { readonly refused: string });

const COLUMNS = new Set(['devEui', 'profile', 'asset', 'tenant']);
const SETTING = /^settings\.([A-Za-z_][A-Za-z0-9_]*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * Parses `devEui,profile,asset,tenant,settings.<name>…`, separated by commas, semicolons or tabs. Missing columns are
 * taken from `defaults`. Numbers, `true` and `false` among the settings are converted.
 *
 * @throws RegistryError WRONG_SYNTAX: invalid CSV, or an unknown column
 */
export function readDeviceCsv(text: string, defaults: Readonly<Record<string, string>>): DeviceLine[] {
  if (!isStorable(text)) {
    throw new RegistryError('WRONG_SYNTAX', 'the list has U+0000 or half a surrogate pair, expected text without them');
  }
  const header = text.split(/\r?\n/, 1)[0] ?? '';
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, {
      bom: true,
      columns: (names: string[]) => names.map(checkedColumn),
      delimiter: [',', ';', '\t'].find((separator) => header.includes(separator)) ?? ',',
      info: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (cause) {
    if (cause instanceof RegistryError) throw cause;
    throw new RegistryError('WRONG_SYNTAX', `the list is not CSV: ${cause instanceof Error ? cause.message : cause}`);
  }
  const seen = new Set<string>();
  return rows.map(({ record, info }) => {
    const line = info.lines;
    try {
      const device = readDevice({ ...defaults, ...deviceOf(record) });
      if (seen.has(device.devEui)) return { line, refused: `devEui ${device.devEui} also occurs in an earlier line` };
      seen.add(device.devEui);
      return { line, device };
    } catch (cause) {
      if (!(cause instanceof RegistryError)) throw cause;
      return { line, refused: cause.message };
    }
  });
}

function checkedColumn(name: string): string {
  if (COLUMNS.has(name) || SETTING.test(name)) return name;
  const expected = [...COLUMNS, 'settings.<name>'].join(', ');
  throw new RegistryError('WRONG_SYNTAX', `the header has a column "${name}", expected ${expected}`);
}

function deviceOf(record: Readonly<Record<string, string>>): object {
  const settings: Record<string, unknown> = {};
  const device: Record<string, unknown> = {};
  for (const [column, text] of Object.entries(record)) {
    if (text === '') continue;
    const setting = SETTING.exec(column)?.[1];
    if (setting === undefined) device[column] = text;
    else settings[setting] = NUMBER.test(text) ? Number(text) : text === 'true' || (text === 'false' ? false : text);
  }
  return Object.keys(settings).length === 0 ? device : { ...device, settings };
}
