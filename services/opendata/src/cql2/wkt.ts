import { type Expression, FilterFault } from './expression.ts';
import type { Reader } from './tokens.ts';

const TYPES: { readonly [word: string]: string } = {
  point: 'Point',
  linestring: 'LineString',
  polygon: 'Polygon',
  multipoint: 'MultiPoint',
  multilinestring: 'MultiLineString',
  multipolygon: 'MultiPolygon',
};

export function isGeometryWord(word: string): boolean {
  return Object.hasOwn(TYPES, word);
}

type Nested = readonly number[] | readonly Nested[];

/** Parses the coordinates of a WKT geometry after its keyword, as GeoJSON. */
export function readWkt(word: string, reader: Reader): Expression {
  const type = TYPES[word] as string;
  const list = group(reader);
  if (type === 'Point') return { type, coordinates: list[0] };
  // Each point of a MultiPoint may be in brackets.
  if (type === 'MultiPoint') {
    return { type, coordinates: list.map((each) => (Array.isArray(each[0]) ? each[0] : each)) };
  }
  return { type, coordinates: list };
}

function group(reader: Reader): Nested[] {
  reader.expect('(');
  const items: Nested[] = [];
  do items.push(reader.peek()?.text === '(' ? group(reader) : position(reader));
  while (reader.take(','));
  reader.expect(')');
  return items;
}

function position(reader: Reader): number[] {
  const numbers: number[] = [];
  for (;;) {
    const token = reader.peek();
    const isNumber = token?.kind === 'number' || token?.text === '-' || token?.text === '+';
    if (!isNumber) break;
    const sign = reader.take('-') ? -1 : 1;
    if (sign === 1) reader.take('+');
    const { kind, text } = reader.next();
    if (kind !== 'number') throw new FilterFault(`"${text}" is not a coordinate`);
    numbers.push(sign * Number(text));
  }
  if (numbers.length < 2) throw new FilterFault('a position has at least two coordinates');
  return numbers;
}
