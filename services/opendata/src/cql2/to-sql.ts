import { ARITHMETIC, COMPARISONS, type Expression, FilterFault, MAX_NODES, SPATIAL, TEMPORAL } from './expression.ts';

type SqlKind = 'text' | 'number' | 'boolean' | 'time' | 'geometry';

export interface SqlTerm {
  readonly sql: string;
  readonly kind: SqlKind;
}

/** The properties that a filter may use, and how its values become parameters. */
export interface FilterScope {
  /** Undefined: there is no such property. */
  property(name: string): SqlTerm | undefined;
  readonly names: readonly string[];
  /** Returns the `$n` of a value. */
  value(value: unknown): string;
  /** A geometry in the CRS of the filter, as SQL in WGS 84. */
  geometry(geojson: string): string;
  bbox(numbers: readonly number[]): string;
}

/**
 * The SQL condition of a filter, with its values as parameters.
 *
 * @throws FilterFault: an unknown property, or values that can't be compared
 */
export function conditionOf(expression: Expression, scope: FilterScope): string {
  const compiler = new Compiler(scope);
  return compiler.condition(expression);
}

/** SQL that is generated only when it is used, because PostgreSQL refuses unused parameters. */
interface Period {
  readonly start: () => string;
  readonly end: () => string;
}

class Compiler {
  readonly #scope: FilterScope;
  #nodes = 0;

  constructor(scope: FilterScope) {
    this.#scope = scope;
  }

  condition(node: Expression): string {
    const { sql, kind } = this.#term(node);
    if (kind !== 'boolean') throw new FilterFault(`a filter must be a condition; ${shortened(node)} is a ${kind}`);
    return sql;
  }

  #term(node: Expression): SqlTerm {
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) throw new FilterFault(`it has more than ${MAX_NODES} parts`);
    const { value } = this.#scope;
    if (typeof node === 'string') return { sql: `${value(node)}::text`, kind: 'text' };
    if (typeof node === 'number') return { sql: `${value(node)}::float8`, kind: 'number' };
    if (typeof node === 'boolean') return { sql: `${value(node)}::boolean`, kind: 'boolean' };
    if (Array.isArray(node)) throw new FilterFault('a list is only allowed after "in"');
    if ('op' in node) return this.#operation(node.op, node.args);
    if ('property' in node) return this.#property(node.property);
    if ('date' in node) return { sql: `${value(this.#day(node.date))}::timestamptz`, kind: 'time' };
    if ('timestamp' in node) return { sql: `${value(instant(node.timestamp))}::timestamptz`, kind: 'time' };
    if ('interval' in node) throw new FilterFault('an interval is only allowed in temporal functions');
    if ('bbox' in node) return { sql: this.#scope.bbox(node.bbox), kind: 'geometry' };
    if ('coordinates' in node) {
      checkRings(node);
      return { sql: this.#scope.geometry(JSON.stringify(node)), kind: 'geometry' };
    }
    throw new FilterFault(`${shortened(node)} is not an expression`);
  }

  #property(name: string): SqlTerm {
    const term = this.#scope.property(name);
    if (term === undefined) {
      throw new FilterFault(`there is no property "${name}"; there are ${this.#scope.names.join(', ')}`);
    }
    return term;
  }

  #operation(op: string, args: readonly Expression[]): SqlTerm {
    if (op === 'and' || op === 'or') {
      needs(op, args, args.length >= 2);
      return bool(`(${args.map((each) => this.condition(each)).join(` ${op.toUpperCase()} `)})`);
    }
    if (op === 'not') {
      needs(op, args, args.length === 1);
      return bool(`NOT (${this.condition(args[0] as Expression)})`);
    }
    if (COMPARISONS.some((each) => each === op)) return this.#comparison(op, args);
    if (ARITHMETIC.some((each) => each === op)) return this.#arithmetic(op, args);
    if (Object.hasOwn(SPATIAL, op)) return this.#spatial(op as keyof typeof SPATIAL, args);
    if (Object.hasOwn(TEMPORAL, op)) return this.#temporal(op as keyof typeof TEMPORAL, args);
    switch (op) {
      case 'isNull':
        needs(op, args, args.length === 1);
        return bool(`${this.#term(args[0] as Expression).sql} IS NULL`);
      case 'like':
        return bool(`${this.#pair(op, args, 'text').join(' LIKE ')}`);
      case 'between':
        return this.#between(args);
      case 'in':
        return this.#among(args);
      case 'casei':
        return { sql: `lower(${this.#text(op, args)})`, kind: 'text' };
      case 'accenti':
        // Decomposes letters and removes their accents.
        return {
          sql: `regexp_replace(normalize(${this.#text(op, args)}, NFD), '[\\u0300-\\u036f]', '', 'g')`,
          kind: 'text',
        };
      default:
        throw new FilterFault(`there is no operator "${op}"`);
    }
  }

  #comparison(op: string, args: readonly Expression[]): SqlTerm {
    needs(op, args, args.length === 2);
    const [left, right] = args.map((each) => this.#term(each)) as [SqlTerm, SqlTerm];
    if (left.kind !== right.kind || left.kind === 'geometry') {
      throw new FilterFault(`${op} compares a ${left.kind} with a ${right.kind}`);
    }
    return bool(`(${left.sql} ${op} ${right.sql})`);
  }

  #arithmetic(op: string, args: readonly Expression[]): SqlTerm {
    const [left, right] = this.#pair(op, args, 'number') as [string, string];
    // A division by zero has no value instead of an error.
    const divisor = `nullif(${right}, 0)`;
    const sql = {
      '%': `(${left}::numeric % ${divisor}::numeric)::float8`,
      div: `div(${left}::numeric, ${divisor}::numeric)::float8`,
      '/': `(${left} / ${divisor})`,
      '^': `power(least(greatest(${left}, -1e6), 1e6), least(greatest(${right}, -8), 8))`,
    }[op];
    return { sql: sql ?? `(${left} ${op} ${right})`, kind: 'number' };
  }

  #between(args: readonly Expression[]): SqlTerm {
    needs('between', args, args.length === 3);
    const [value, low, high] = args.map((each) => this.#term(each)) as [SqlTerm, SqlTerm, SqlTerm];
    if (value.kind !== low.kind || value.kind !== high.kind || (value.kind !== 'number' && value.kind !== 'time')) {
      throw new FilterFault(`between needs numbers or times, got a ${value.kind}, a ${low.kind} and a ${high.kind}`);
    }
    return bool(`(${value.sql} BETWEEN ${low.sql} AND ${high.sql})`);
  }

  #among(args: readonly Expression[]): SqlTerm {
    const [item, list] = args;
    needs('in', args, args.length === 2 && Array.isArray(list) && list.length > 0);
    const { sql, kind } = this.#term(item as Expression);
    const values = (list as readonly Expression[]).map((each) => this.#term(each));
    const other = values.find((each) => each.kind !== kind);
    if (other) throw new FilterFault(`in compares a ${kind} with a ${other.kind}`);
    return bool(`(${sql} IN (${values.map((each) => each.sql).join(', ')}))`);
  }

  #spatial(op: keyof typeof SPATIAL, args: readonly Expression[]): SqlTerm {
    return bool(`${SPATIAL[op]}(${this.#pair(op, args, 'geometry').join(', ')})`);
  }

  #temporal(op: keyof typeof TEMPORAL, args: readonly Expression[]): SqlTerm {
    needs(op, args, args.length === 2);
    const [a, b] = args.map((each) => this.#period(each)) as [Period, Period];
    const named: { readonly [name: string]: () => string } = {
      'a.s': a.start,
      'a.e': a.end,
      'b.s': b.start,
      'b.e': b.end,
    };
    return bool(`(${TEMPORAL[op].replace(/[ab]\.[se]/g, (name) => (named[name] as () => string)())})`);
  }

  #period(node: Expression): Period {
    if (typeof node === 'object' && 'interval' in node) {
      const [start, end] = node.interval;
      needs('interval', node.interval as readonly Expression[], node.interval.length === 2);
      return { start: this.#bound(start, '-infinity'), end: this.#bound(end, 'infinity') };
    }
    if (typeof node === 'object' && 'date' in node) {
      const day = this.#day(node.date);
      const start = () => `${this.#scope.value(day)}::timestamptz`;
      return { start, end: () => `(${start()} + interval '1 day' - interval '1 microsecond')` };
    }
    const { sql, kind } = this.#term(node);
    if (kind !== 'time') throw new FilterFault(`temporal functions need times, got a ${kind}`);
    return { start: () => sql, end: () => sql };
  }

  #bound(bound: string | { readonly property: string } | undefined, open: string): () => string {
    if (typeof bound === 'object') {
      const { sql, kind } = this.#property(bound.property);
      if (kind !== 'time') throw new FilterFault(`"${bound.property}" is a ${kind}, not a time`);
      return () => sql;
    }
    if (typeof bound !== 'string') throw new FilterFault('an interval has two times');
    const time = bound === '..' ? open : /^\d{4}-\d\d-\d\d$/.test(bound) ? this.#day(bound) : instant(bound);
    return () => `${this.#scope.value(time)}::timestamptz`;
  }

  #pair(op: string, args: readonly Expression[], kind: SqlKind): string[] {
    needs(op, args, args.length === 2);
    return args.map((each) => {
      const term = this.#term(each);
      if (term.kind !== kind) throw new FilterFault(`${op} needs a ${kind}, got a ${term.kind}`);
      return term.sql;
    });
  }

  #text(op: string, args: readonly Expression[]): string {
    needs(op, args, args.length === 1);
    const { sql, kind } = this.#term(args[0] as Expression);
    if (kind !== 'text') throw new FilterFault(`${op} needs a text, got a ${kind}`);
    return sql;
  }

  #day(text: string): string {
    if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new FilterFault(`"${text}" is not a date such as 2026-03-29`);
    return instant(`${text}T00:00:00Z`);
  }
}

/** PostGIS accepts rings without an area, and then finds nothing. */
function checkRings({ type, coordinates }: { readonly type: string; readonly coordinates: unknown }): void {
  const polygons = type === 'MultiPolygon' ? (coordinates as unknown[]) : type === 'Polygon' ? [coordinates] : [];
  for (const ring of polygons.flat()) {
    const isClosed = Array.isArray(ring) && ring.length >= 4 && String(ring[0]) === String(ring.at(-1));
    if (!isClosed) throw new FilterFault('a ring of a polygon has at least four positions, the last as the first');
  }
}

function bool(sql: string): SqlTerm {
  return { sql, kind: 'boolean' };
}

function needs(op: string, args: readonly Expression[], isRight: boolean): void {
  if (!isRight) throw new FilterFault(`"${op}" does not take ${args.length} arguments of that kind`);
}

function instant(text: string): string {
  const date = new Date(text);
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (!isInstant || Number.isNaN(date.getTime())) {
    throw new FilterFault(`"${text}" is not a time such as 2026-03-29T08:00:00Z`);
  }
  return date.toISOString();
}

function shortened(node: Expression): string {
  const text = JSON.stringify(node);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
