import { csvLine } from '@alzette/kit/csv';
import { parse } from 'csv-parse/sync';
import type { RowFault } from '../contract/contract.ts';
import { InvalidInput } from '../input/invalid-input.ts';
import { COLUMNS, calledIn, type LightPoint } from './park-columns.ts';

export interface ReadPoints {
  readonly points: readonly LightPoint[];
  readonly faults: readonly RowFault[];
}

/** A point with the line, or the number of the feature, in the file. */
export interface PlacedPoint {
  readonly line: number;
  readonly point: LightPoint;
}

/** Removes all points with a duplicate id, because we can't know which one is right. */
export function withoutDoubles(placed: readonly PlacedPoint[], faults: readonly RowFault[]): ReadPoints {
  const byId = Map.groupBy(placed, ({ point }) => point.id);
  const doubled = [...byId].filter(([, rows]) => rows.length > 1);
  const duplicates = doubled.flatMap(([id, rows]) =>
    rows.map(({ line }) => ({
      line,
      column: 'id_point',
      detail: `id_point: got "${id}" ${rows.length} times, expected once`,
    })),
  );
  return {
    points: [...byId.values()].flatMap((rows) => (rows.length === 1 ? rows.map(({ point }) => point) : [])),
    faults: [...faults, ...duplicates].sort((a, b) => a.line - b.line),
  };
}

const MAX_POINTS = 100_000;

/**
 * Reads light points from CSV (`,` or `;`, UTF-8, with a header). An invalid row is skipped and reported.
 *
 * @param headers the file's names of columns, where they differ from ours
 * @throws InvalidInput: not a CSV file, or no column of ids
 */
export function readPointsCsv(text: string, headers: Readonly<Record<string, string>> = {}): ReadPoints {
  const rows = parseRows(text);
  const names = (rows[0] ?? []).map((name) => name.trim());
  const columns = COLUMNS.map((column) => {
    const called = calledIn((name) => names.includes(name), column, headers);
    return { ...column, at: names.indexOf(called) };
  });
  const id = columns.find(({ field }) => field === 'id');
  if (id?.at === -1) {
    throw new InvalidInput(
      'header',
      names,
      `a column "${headers[id.header] ?? id.header}"; "columns" may name another`,
    );
  }
  const points: PlacedPoint[] = [];
  const faults: RowFault[] = [];
  for (const [i, cells] of rows.slice(1).entries()) {
    const line = i + 2;
    const before = faults.length;
    const point: Record<string, string | number> = {};
    for (const { header, field, read, at } of columns) {
      const cell = at === -1 ? '' : (cells[at] ?? '').trim();
      try {
        if (cell !== '') point[field] = read(cell, header);
        else if (field === 'id') throw new InvalidInput(header, '', 'an id');
      } catch (cause) {
        if (!(cause instanceof InvalidInput)) throw cause;
        faults.push({ line, column: header, detail: cause.message });
      }
    }
    if (faults.length === before) points.push({ line, point: point as unknown as LightPoint });
  }
  return withoutDoubles(points, faults);
}

function parseRows(text: string): string[][] {
  const [firstLine = ''] = text.split('\n', 1);
  const delimiter = firstLine.split(';').length > firstLine.split(',').length ? ';' : ',';
  try {
    const to = MAX_POINTS + 1;
    return parse(text, { delimiter, bom: true, skip_empty_lines: true, relax_column_count: true, to });
  } catch (cause) {
    throw new InvalidInput(
      'body',
      text.slice(0, 100),
      `CSV (${cause instanceof Error ? cause.message : 'not readable'})`,
    );
  }
}

export function writePointsCsv(points: readonly LightPoint[]): string {
  const rows = points.map((point) => COLUMNS.map(({ field }) => point[field]));
  return [COLUMNS.map(({ header }) => header), ...rows].map((cells) => csvLine(cells, ',')).join('');
}
