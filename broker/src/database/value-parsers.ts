import pg from 'pg';

type Parse = (text: string) => unknown;

const identity: Parse = (text) => text;
const toTexts: (text: string) => (string | null)[] = pg.types.getTypeParser(1009 as number, 'text');
const toDate: Parse = pg.types.getTypeParser(1184, 'text');

function array(parse: Parse): Parse {
  return (text) => toTexts(text).map((item) => (item === null ? null : parse(item)));
}

/** Of one dimension, as all of ours; ten thousand numbers take a twentieth of the time that they take as texts. */
function numbers(text: string): (number | null)[] {
  if (text.length <= 2) return [];
  return text
    .slice(1, -1)
    .split(',')
    .map((item) => (item === 'NULL' ? null : Number(item)));
}

/** What the contract of `Database` says beyond pg's own choices, by type OID. */
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

/** The parser of a value's text form; both makers of {@link Database} use it, so both give the same values. */
export function valueParser(typeId: number): Parse {
  return PARSERS.get(typeId) ?? pg.types.getTypeParser(typeId, 'text');
}

/** The same as `pg` does it by itself: of statements that a library brings. */
export function scriptValueParser(typeId: number): Parse {
  return pg.types.getTypeParser(typeId, 'text');
}
