import { isJsonObject } from '@alzette/ngsi-ld-schemas/json';

/** Encoded characters of a URL, except those that have a meaning when decoded: `%`, `#`, `&`, `+`. */
const ENCODED = /(?:%(?!2[356B])[0-9A-F]{2})+/gi;

/** A readable request: `q=status=="ok"` instead of `q=status%3D%3D%22ok%22`. */
export function readable(request: string): string {
  return request.replace(ENCODED, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

/** A row of a table: a text or a number by column. */
export type Row = Readonly<Record<string, string | number | undefined>>;

const MAX_COLUMNS = 8;

/**
 * The result of a query as a table; undefined: it is not a table.
 *
 * @param output JSON, with notes on the lines after it
 */
export function rowsOf(
  output: string,
): { readonly columns: readonly string[]; readonly rows: readonly Row[] } | undefined {
  const list = listIn(parsed(output.split('\n')[0] ?? ''));
  if (list === undefined || list.length === 0) return undefined;
  const rows = list.map((each, place): Row => ({ ...cellsOf(each), key: `${place}` }));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => name !== 'key');
  return { columns: columns.slice(0, MAX_COLUMNS), rows };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // truncated JSON
  }
}

function listIn(value: unknown): readonly object[] | undefined {
  const lists = Array.isArray(value) ? [value] : Object.values((value as object | undefined) ?? {});
  const found = lists.find(
    (each): each is object[] => Array.isArray(each) && each.length > 0 && each.every(isJsonObject),
  );
  return found;
}

/** Members that fit into a cell; lists of texts are joined. */
function cellsOf(row: object): Row {
  const cells = Object.entries(row).flatMap(([name, value]): [string, string | number][] => {
    if (typeof value === 'number' || typeof value === 'string') return [[name, value]];
    if (typeof value === 'boolean') return [[name, String(value)]];
    if (Array.isArray(value) && value.every((each) => typeof each !== 'object' || each === null))
      return [[name, value.map((each) => each ?? '–').join(', ')]];
    return [];
  });
  return Object.fromEntries(cells);
}
