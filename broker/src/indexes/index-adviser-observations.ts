import type { Queryable } from '../database/database.ts';
import type { EntityChange } from '../model/change.ts';
import type { StoredQuery } from '../query/entity-query.ts';
import type { QNode, QOperand, QTerm } from '../query/q/q-tree.ts';

// Limits on the comparisons in memory and on stored rows. Beyond them the most frequent ones are kept.
const MAX_COMPARISONS = 1000;
/** Longer names are not worth an index. */
const LONGEST_KEY = 1000;
const MAX_ROWS = 5000;

/** Observations are deleted after this many days. */
export const DAYS_REMEMBERED = 7;

const FLUSH_QUERIES = `
  INSERT INTO observed_query (day, type, attribute, operator, queries, total_ms)
  SELECT current_date, o.* FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::float8[]) AS o
  ON CONFLICT (day, type, attribute, operator) DO UPDATE
    SET queries = observed_query.queries + EXCLUDED.queries, total_ms = observed_query.total_ms + EXCLUDED.total_ms`;

const FLUSH_WRITES = `
  INSERT INTO observed_write (day, type, writes)
  SELECT current_date, o.* FROM unnest($1::text[], $2::bigint[]) AS o
  ON CONFLICT (day, type) DO UPDATE SET writes = observed_write.writes + EXCLUDED.writes`;

const FORGET_QUERIES = `
  DELETE FROM observed_query WHERE day < current_date - ${DAYS_REMEMBERED} OR ctid IN (
    SELECT ctid FROM observed_query ORDER BY day DESC, total_ms DESC OFFSET ${MAX_ROWS})`;
const FORGET_WRITES = `DELETE FROM observed_write WHERE day < current_date - ${DAYS_REMEMBERED}`;

/** Comparison operators that an index on the value can serve. */
export type Operator = '==' | '..' | '>' | '>=' | '<' | '<=';

export interface Comparison {
  readonly attribute: string;
  readonly operator: Operator;
}

interface Observed extends Comparison {
  readonly type: string;
  queries: number;
  totalMs: number;
}

/** Counts queries and writes since the last flush. */
export class Observations {
  #queries = new Map<string, Observed>();
  #writes = new Map<string, number>();

  /**
   * Records a query for each type it names alone and each attribute it compares. Returns the total duration of queries
   * with such a comparison since the last flush, in ms; of several comparisons the longest.
   */
  query({ selectors = [], q }: StoredQuery, milliseconds: number): number {
    if (q === undefined) return 0;
    let most = 0;
    const comparisons = comparisonsOf(q);
    for (const { types } of selectors) {
      if (types?.kind !== 'anyOf') continue;
      for (const group of types.groups) {
        if (group.length > 1) continue;
        for (const comparison of comparisons) {
          most = Math.max(most, this.#count(group[0] as string, comparison, milliseconds));
        }
      }
    }
    return most;
  }

  /**
   * Counts updates, because indexes make them slower. Entities are indexed by their first type, so an update counts for
   * that type only.
   */
  written(changes: readonly EntityChange[]): void {
    for (const { before, after } of changes) {
      const type = before && after?.types[0];
      if (type !== undefined) this.#writes.set(type, (this.#writes.get(type) ?? 0) + 1);
    }
  }

  /** Adds the observations of this process to the shared totals. */
  async flush(db: Queryable): Promise<void> {
    const queries = [...this.#queries.values()];
    const writes = [...this.#writes];
    this.#queries = new Map();
    this.#writes = new Map();
    if (queries.length > 0) {
      const columns = [
        queries.map(({ type }) => type),
        queries.map(({ attribute }) => attribute),
        queries.map(({ operator }) => operator),
        queries.map(({ queries }) => queries),
        queries.map(({ totalMs }) => totalMs),
      ];
      await db.query({ text: FLUSH_QUERIES, values: columns });
      await db.query({ text: FORGET_QUERIES });
    }
    if (writes.length > 0) {
      await db.query({ text: FLUSH_WRITES, values: [writes.map(([type]) => type), writes.map(([, count]) => count)] });
      await db.query({ text: FORGET_WRITES });
    }
  }

  #count(type: string, { attribute, operator }: Comparison, milliseconds: number): number {
    const key = `${operator} ${type} ${attribute}`;
    const observed = this.#queries.get(key);
    if (observed !== undefined) {
      observed.queries++;
      observed.totalMs += milliseconds;
      return observed.totalMs;
    }
    if (this.#queries.size >= MAX_COMPARISONS || key.length > LONGEST_KEY) return 0;
    this.#queries.set(key, { type, attribute, operator, queries: 1, totalMs: milliseconds });
    return milliseconds;
  }
}

/** The comparisons of a query that an index on an attribute's value can serve; see `throughIndex` in q-condition.ts. */
export function comparisonsOf(node: QNode): Comparison[] {
  if (node.kind === 'link') return [];
  if (node.kind !== 'term') return node.operands.flatMap(comparisonsOf);
  const { path } = node;
  const operator = operatorOf(node);
  if (operator === undefined || path.kind !== 'value' || path.names.length > 1 || path.members.length > 0) return [];
  return [{ attribute: path.names[0] as string, operator }];
}

const ORDERINGS = { greater: '>', greaterEqual: '>=', less: '<', lessEqual: '<=' } as const;

function operatorOf({ test }: QTerm): Operator | undefined {
  switch (test.kind) {
    case 'equal':
      return equality(test.operand);
    case 'greater':
    case 'greaterEqual':
    case 'less':
    case 'lessEqual':
      return test.literal.kind === 'number' ? ORDERINGS[test.kind] : undefined;
    default:
      return undefined;
  }
}

function equality(operand: QOperand): Operator | undefined {
  if (operand.kind === 'range') return operand.from.kind === 'number' ? '..' : undefined;
  const isTime = operand.values.some(({ kind }) => kind === 'dateTime' || kind === 'date' || kind === 'time');
  return isTime ? undefined : '==';
}
