import type { Format, View } from '../export/formats.ts';
import type { Column } from './column.ts';

/** The rows of a table, as displayed. */
export interface TableRows<Row> {
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly place?: ((row: Row) => readonly [number, number] | undefined) | undefined;
  readonly moment?: ((row: Row) => string | undefined) | undefined;
}

/** Column names that the server uses itself. */
const TAKEN = ['id', 'observed_at', 'longitude', 'latitude', 'geometry'];

/** The formats of a table: some need positions or times. */
export function formatsOf(hasPlaces: boolean, hasTimes: boolean): Format[] {
  return [
    'csv',
    'xlsx',
    ...(hasPlaces ? (['geojson'] as const) : []),
    'parquet',
    ...(hasTimes ? (['ics'] as const) : []),
  ];
}

/** The rows of a table in the server's export format. A column is numeric if all of its values are numbers. */
export function tableView<Row>({ name, columns, rows, rowKey, place, moment }: TableRows<Row>): View {
  const values = columns.map(({ value }) => rows.map((row) => value(row) ?? null));
  const isNumeric = values.map((column) => column.every((value) => value === null || Number.isFinite(value)));
  const names = uniqueNames(columns.map(({ title }) => title));
  return {
    name: name.replaceAll(/[^A-Za-z0-9._-]/g, '-'),
    columns: names.map((each, n) => ({ name: each, kind: isNumeric[n] ? 'number' : 'text' })),
    rows: rows.map((row, at) => {
      const [spot, time] = [place?.(row), new Date(moment?.(row) ?? '')];
      return {
        id: rowKey(row),
        values: values.map((column, n) => {
          const value = column[at] ?? null;
          return value === null || isNumeric[n] ? value : String(value);
        }),
        ...(spot && { place: spot }),
        ...(!Number.isNaN(time.getTime()) && { at: time.toISOString() }),
      };
    }),
  };
}

function uniqueNames(titles: readonly string[]): string[] {
  const taken = new Set(TAKEN);
  return titles.map((title) => {
    let name = title;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${title} ${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
