import { isJsonObject } from '@alzette/ngsi-ld-schemas/json';
import { AnswerError } from '@alzette/web/asking';
import { sources } from '../../broker/operations.ts';
import { UNIT_CODES, unitSymbol } from '../../format/value.ts';
import { authorizationOf, type Format, type SourceDraft, unmapped } from './declaration.ts';

/** The rows in the answer of a URL or in a file, and their location. */
export interface FoundRows {
  /** JSON pointer; '' is the whole answer. */
  readonly items: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** How they had to be read. */
  readonly encoding: SourceDraft['encoding'];
}

const MAX_COLUMNS = 40;
const MAX_ROWS = 8;
/** Files of office programs in Western Europe that are not UTF-8. */
const OTHER_ENCODING = 'windows-1252';

/** Reads a URL or a file without a mapping, and finds the list in it. @param sample base64 */
export async function firstRows(draft: SourceDraft, sample?: string): Promise<FoundRows> {
  const asked = await dataIn(draft, sample).catch((fault: unknown) => {
    if (draft.format !== 'csv' || draft.encoding !== '' || !isOfEncoding(fault)) throw fault;
    return undefined;
  });
  if (asked === undefined) return firstRows({ ...draft, encoding: OTHER_ENCODING }, sample);
  const { encoding } = draft;
  const items = draft.format === 'json' ? draft.items.trim() : '';
  const list = items === '' && asked.length === 1 ? listIn(asked[0], '') : undefined;
  return { ...(list ? rowsOf(list.items, list.values) : rowsOf(items, asked)), encoding };
}

async function dataIn(draft: SourceDraft, sample: string | undefined): Promise<unknown[]> {
  const preview = await sources.preview({
    body: {
      id: 'look',
      name: 'look',
      kind: draft.kind,
      ...(draft.kind === 'http' && { from: { url: draft.url.trim(), ...authorizationOf(draft) } }),
      ...unmapped(draft),
      entities: [{ type: 'Row', id: "'urn:ngsi-ld:Row:' + source.id", attributes: [] }],
      ...(sample !== undefined && { sample }),
    },
  });
  return preview.items.map(({ data }) => data);
}

const isOfEncoding = (fault: unknown) =>
  fault instanceof AnswerError && fault.problem.detail?.includes('the file is not utf-8') === true;

const IN_BRACKETS = /[([]([^()[\]]*)[)\]]\s*$/;

/** An attribute for a column: `Index relevé (m³)` is `indexReleve` in cubic metres. */
export function attributeFor(column: string): { name: string; unit: string } {
  const symbol = IN_BRACKETS.exec(column)?.[1]?.trim();
  const bare = column.replace(IN_BRACKETS, '').split('.').at(-1) ?? '';
  const words =
    bare
      .normalize('NFD')
      .replace(/\p{Diacritic}/gu, '')
      .match(/[A-Za-z0-9]+/g) ?? [];
  const name = words
    .map((word, at) => (at === 0 ? lowered(word) : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');
  return {
    name: /^[a-z]/.test(name) ? name : `value${name}`,
    unit: UNIT_CODES.find((code) => code === symbol || unitSymbol(code) === symbol) ?? '',
  };
}

/** `Index` is `index`, `PM` is `pm`. */
const lowered = (word: string) =>
  word === word.toUpperCase() ? word.toLowerCase() : word.charAt(0).toLowerCase() + word.slice(1);

/** How a file or an address is most probably written; undefined: its name doesn't tell. */
export function formatOf(name: string): Format | undefined {
  const [, ending = ''] = /\.(\w+)(?:[?#].*)?$/.exec(name.toLowerCase().trim()) ?? [];
  if (['csv', 'tsv', 'txt'].includes(ending)) return 'csv';
  if (ending === 'xlsx') return 'xlsx';
  return ['json', 'geojson'].includes(ending) ? 'json' : undefined;
}

const NUMBERS = { '.': /^[+-]?\d+(?:\.\d+)?$/, ',': /^[+-]?\d+(?:,\d+)?$/ } as const;

/** The decimal sign of a column, most of whose values are numbers. Undefined: they are texts, or there are none. */
export function numbersIn({ rows }: Pick<FoundRows, 'rows'>, column: string): '.' | ',' | undefined {
  const values = rows.map((row) => String(row[column] ?? '').replace(/[\s\u00a0\u202f]/g, '')).filter(Boolean);
  const are = (sign: '.' | ',') => values.filter((value) => NUMBERS[sign].test(value)).length;
  const sign = are(',') > are('.') ? ',' : '.';
  return are(sign) > values.length / 2 ? sign : undefined;
}

/** The first list of objects in a document, outermost first. */
export function listIn(value: unknown, at: string): { items: string; values: unknown[] } | undefined {
  if (Array.isArray(value)) return value.some(isJsonObject) ? { items: at, values: value } : undefined;
  if (!isJsonObject(value)) return undefined;
  for (const depth of [0, 1]) {
    for (const [name, member] of Object.entries(value)) {
      if (depth === 0 && !Array.isArray(member)) continue;
      const found = listIn(member, `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
      if (found) return found;
    }
  }
  return undefined;
}

/** Members of nested objects become columns: `geo.lat`; a geometry is one. */
export function rowsOf(items: string, values: readonly unknown[]): Omit<FoundRows, 'encoding'> {
  const rows = values.slice(0, MAX_ROWS).map((value) => Object.fromEntries(flat(value, '')));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].slice(0, MAX_COLUMNS);
  return { items, columns, rows };
}

function flat(value: unknown, at: string): [string, unknown][] {
  if (!isJsonObject(value) || isGeometry(value)) return at === '' ? [] : [[at, value]];
  return Object.entries(value).flatMap(([name, member]) => flat(member, at === '' ? name : `${at}.${name}`));
}

/** Whether a value is a geometry of GeoJSON. */
export function isGeometry(value: unknown): boolean {
  return isJsonObject(value) && typeof value.type === 'string' && Array.isArray(value.coordinates);
}
