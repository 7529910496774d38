import { isJsonObject } from '@alzette/ngsi-ld-schemas/json';
import { sources } from '../../broker/operations.ts';
import type { SourceDraft } from './declaration.ts';

/** The rows in the answer of a URL, and their location. */
export interface FoundRows {
  /** JSON pointer; '' is the whole answer. */
  readonly items: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

const MAX_COLUMNS = 40;
const MAX_ROWS = 8;

/** Reads a URL without a mapping, and finds the list in its answer. */
export async function firstRows(draft: SourceDraft): Promise<FoundRows> {
  const asked = await dataAt(draft, draft.items.trim());
  const list = draft.items.trim() === '' && asked.length === 1 ? listIn(asked[0], '') : undefined;
  return list ? rowsOf(list.items, list.values) : rowsOf(draft.items.trim(), asked);
}

async function dataAt({ url, authorization }: SourceDraft, items: string): Promise<unknown[]> {
  const preview = await sources.preview({
    body: {
      id: 'look',
      name: 'look',
      kind: 'http',
      from: {
        url: url.trim(),
        ...(authorization.trim() !== '' && { secretHeaders: { Authorization: authorization.trim() } }),
      },
      ...(items !== '' && { items }),
      entities: [{ type: 'Row', id: "'urn:ngsi-ld:Row:' + source.id", attributes: [] }],
    },
  });
  return preview.items.map(({ data }) => data);
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

/** Members of nested objects become columns: `geo.lat`. */
export function rowsOf(items: string, values: readonly unknown[]): FoundRows {
  const rows = values.slice(0, MAX_ROWS).map((value) => Object.fromEntries(flat(value, '')));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].slice(0, MAX_COLUMNS);
  return { items, columns, rows };
}

function flat(value: unknown, at: string): [string, unknown][] {
  if (!isJsonObject(value)) return at === '' ? [] : [[at, value]];
  return Object.entries(value).flatMap(([name, member]) => flat(member, at === '' ? name : `${at}.${name}`));
}
