import { rowsOfNodes } from '../../database/citus/tenant-nodes.ts';
import { Columns } from '../../database/columns.ts';
import type { Queryable } from '../../database/database.ts';
import { arrayLiteral } from '../../database/text-values.ts';
import type { AttributeInstance, Attributes, Entity } from '../../model/entity.ts';
import type { WriteCte } from './write-ctes.ts';

/**
 * The part of a write statement that updates `entity_count` for the entities among `written`.
 *
 * @param rows tenant, id, number of its kind from 1, and 1 or -1
 *
 * @param kinds types and attributes. Most entities of a statement share one kind, so its long lists are sent once
 */
function countingPart(rows: Columns, kinds: Columns): WriteCte {
  return {
    key: '-count',
    values: [...rows.parameters(), ...kinds.parameters()],
    statements: (first) => ({
      counted: `INSERT INTO entity_count (tenant, types, attributes, entities)
      SELECT c.tenant, k.types::text[], k.attributes::text[], c.entities
      FROM (
        SELECT r.tenant, r.kind, sum(r.entities) AS entities
        FROM ${rows.unnested(first)} AS r(tenant, id, kind, entities)
        JOIN written w ON w.tenant = r.tenant AND w.id = r.id
        GROUP BY r.tenant, r.kind
      ) c
      JOIN ${kinds.unnested(first + rows.types.length)} WITH ORDINALITY AS k(types, attributes, nth) ON k.nth = c.kind`,
    }),
  };
}

/**
 * The part that maintains `expiring_attribute`. It is needed when an entity gains attributes that expire, or loses the
 * last of them.
 */
function markingPart(rows: Columns): WriteCte {
  const marks = (first: number) => `${rows.unnested(first)} AS m(tenant, id, expiring)
      JOIN written w ON w.tenant = m.tenant AND w.id = m.id`;
  return {
    key: '-mark',
    values: rows.parameters(),
    statements: (first, tenant) => ({
      marked: `INSERT INTO expiring_attribute (tenant, entity_id) SELECT m.tenant, m.id FROM ${marks(first)} WHERE m.expiring
      ON CONFLICT DO NOTHING`,
      unmarked: `DELETE FROM expiring_attribute x USING ${marks(first)}
      WHERE NOT m.expiring AND x.tenant = m.tenant AND x.entity_id = m.id${tenant === undefined ? '' : ` AND x.tenant = ${tenant}`}`,
    }),
  };
}

interface Written {
  readonly tenant: string;
  readonly id: string;
  readonly before: { readonly entity: Entity } | undefined;
  readonly after: Entity | undefined;
}

/** The parts for entities that come, go, or change their types or kinds of attributes. Nearly all updates need none. */
export function countingParts(writes: readonly Written[]): WriteCte[] {
  const counts = new Columns(['text', 'text', 'int', 'int']);
  const kinds = new Columns(['text', 'text']);
  const numbers = new Map<CountedAs, number>();
  const numberOf = (counted: CountedAs): number => {
    const known = numbers.get(counted);
    if (known !== undefined) return known;
    kinds.push(counted.types, counted.attributes);
    numbers.set(counted, kinds.length);
    return kinds.length;
  };
  const marks = new Columns(['text', 'text', 'bool']);
  for (const { tenant, id, before, after } of writes) {
    if (countAlike(before?.entity, after)) continue;
    const was = countedAs(before?.entity);
    const is = countedAs(after);
    if (was?.expires !== is?.expires && (was?.expires || is?.expires)) marks.push(tenant, id, is?.expires === true);
    if (was?.types === is?.types && was?.attributes === is?.attributes) continue;
    if (was !== undefined) counts.push(tenant, id, numberOf(was), -1);
    if (is !== undefined) counts.push(tenant, id, numberOf(is), 1);
  }
  return [
    ...(counts.length === 0 ? [] : [countingPart(counts, kinds)]),
    ...(marks.length === 0 ? [] : [markingPart(marks)]),
  ];
}

/** A quick test for no change, without building the counting keys. Most updates keep most instances. */
function countAlike(before: Entity | undefined, after: Entity | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  if ((before.expiresAt === undefined) !== (after.expiresAt === undefined)) return false;
  if (before.types !== after.types && arrayLiteral(before.types) !== arrayLiteral(after.types)) return false;
  return haveSameKinds(before.attributes, after.attributes);
}

function haveSameKinds(before: Attributes, after: Attributes): boolean {
  let names = 0;
  for (const name in after) {
    names++;
    const was = before[name];
    const is = after[name] as readonly AttributeInstance[];
    if (was !== is && (was === undefined || kindsOf(was) !== kindsOf(is))) return false;
  }
  for (const _ in before) names--;
  return names === 0;
}

function kindsOf(instances: readonly AttributeInstance[]): string {
  const [first, ...others] = instances as [AttributeInstance, ...AttributeInstance[]];
  if (others.length === 0 && first.expiresAt === undefined) return first.type;
  return instances.map(({ type, expiresAt }) => (expiresAt === undefined ? type : `expiring ${type}`)).join();
}

interface CountedAs {
  /** PostgreSQL array literals. */
  readonly types: string;
  readonly attributes: string;
  /** Whether it has attributes that expire. */
  readonly expires: boolean;
}

/** Entities that are counted alike. */
interface Kind {
  readonly types: readonly string[];
  /** By the names of the attributes. */
  readonly kindsOf: ReadonlyMap<string, string>;
  readonly counted: CountedAs;
}

/**
 * The latest kinds, most recent first. Entities written in sequence are mostly of few kinds, and comparing kinds is faster than
 * building counting keys. Measured: it saves 5 µs per created entity.
 */
const latestKinds: Kind[] = [];
const MAX_KINDS = 16;

function countedAs(entity: Entity | undefined): CountedAs | undefined {
  if (entity === undefined || entity.expiresAt !== undefined) return undefined;
  const place = latestKinds.findIndex((kind) => isOfKind(entity, kind));
  const kind = latestKinds[place] ?? kindOf(entity);
  if (place !== 0) {
    if (place > 0) latestKinds.splice(place, 1);
    latestKinds.unshift(kind);
    if (latestKinds.length > MAX_KINDS) latestKinds.pop();
  }
  return kind.counted;
}

function isOfKind({ types, attributes }: Entity, kind: Kind): boolean {
  if (types.length !== kind.types.length || types.some((type, place) => type !== kind.types[place])) return false;
  let names = 0;
  for (const name in attributes) {
    names++;
    if (kindsOf(attributes[name] as readonly AttributeInstance[]) !== kind.kindsOf.get(name)) return false;
  }
  return names === kind.kindsOf.size;
}

function kindOf({ types, attributes }: Entity): Kind {
  const keys = new Set<string>();
  let expires = false;
  for (const [name, instances] of Object.entries(attributes)) {
    for (const { type, expiresAt } of instances) {
      if (expiresAt === undefined) keys.add(`${type} ${name}`);
      else expires = true;
    }
  }
  return {
    types,
    kindsOf: new Map(Object.entries(attributes).map(([name, instances]) => [name, kindsOf(instances)])),
    counted: { types: arrayLiteral(types), attributes: arrayLiteral([...keys].sort()), expires },
  };
}

const LEAST_ROWS = 200;

const SELECT_LONG = `SELECT tenant FROM entity_count GROUP BY tenant HAVING count(*) >= $1`;

// Rows that another process is summing up are locked by it, and skipped.
const SUM_UP = `
  WITH gone AS (
    DELETE FROM entity_count WHERE tenant = $1 AND ctid = ANY (ARRAY(
      SELECT c.ctid FROM entity_count c
      JOIN (SELECT types, attributes FROM entity_count WHERE tenant = $1 GROUP BY 1, 2 HAVING count(*) > 1) AS repeated
        ON c.types = repeated.types AND c.attributes = repeated.attributes
      WHERE c.tenant = $1
      FOR UPDATE OF c SKIP LOCKED))
    RETURNING tenant, types, attributes, entities
  ), put AS (
    INSERT INTO entity_count (tenant, types, attributes, entities)
    SELECT tenant, types, attributes, sum(entities) FROM gone GROUP BY 1, 2, 3 HAVING sum(entities) <> 0
  )
  SELECT count(*) FROM gone`;

/** Merges the counter rows that writes have appended, of each tenant that has many. */
export async function sumUpEntityCounts(db: Queryable): Promise<void> {
  const rows = await rowsOfNodes<{ tenant: string }>(db, { text: SELECT_LONG, values: [LEAST_ROWS] });
  for (const { tenant } of rows) await db.query({ text: SUM_UP, values: [tenant] });
}
