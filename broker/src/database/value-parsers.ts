import pg from 'pg';

type Parse = (text: string) => unknown;

const identity: Parse = (text) => text;
const toTexts: (text: string) => (string | null)[] = pg.types.getTypeParser(1009 as number, 'text');
const toDate: Parse = pg.types.getTypeParser(1184, 'text');

function array(parse: Parse): Parse {
  return (text) => toTexts(text).map((item) => (item === null ? null : parse(item)));
}

/** Parses a one-dimensional array of numbers, in a twentieth of the time of an array of texts. */
function numbers(text: string): (number | null)[] {
  if (text.length <= 2) return [];
  return text
    .slice(1, -1)
    .split(',')
    .map((item) => (item === 'NULL' ? null : Number(item)));
}

/** Type conversions by OID, where the contract of `Database` differs from the defaults of `pg`. */
const PARSERS = new Map<number, Parse>([
  [20, Number], // int8
  [114, identity], // json
  [3802, identity], // jsonb
  [1082, identity], // date
  [1114, identity], // timestamp
  [1186, identity], // interval
  [199, array(identity)], // json[]
  [3807, array(identity)], // jsonb[]
  [1015, array(identity)], // varchar[]
  [1016, numbers], // int8[]
  [1021, array(Number)], // float4[]
  [1022, numbers], // float8[]
  [1115, array(identity)], // timestamp[]
  [1182, array(identity)], // date[]
  [1185, array(toDate)], // timestamptz[]
  [2951, array(identity)], // uuid[]
]);

/** The parser of a type's text form, used by both implementations of {@link Database}. */
export function valueParser(typeId: number): Parse {
  return PARSERS.get(typeId) ?? pg.types.getTypeParser(typeId, 'text');
}

/** The parser that `pg` uses by default: for statements of libraries. */
export function scriptValueParser(typeId: number): Parse {
  return pg.types.getTypeParser(typeId, 'text');
}
