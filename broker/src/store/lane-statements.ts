import type { EntityChange } from '../model/change.ts';
import { sameJson } from '../model/diff.ts';
import type { Entity } from '../model/entity.ts';
import { LOCATION } from '../model/geojson.ts';
import type { PastInstance } from '../model/temporal-entity.ts';
import type { Queryable, Statement } from './database.ts';
import type { StoredEntity } from './entity-cache.ts';
import { countingPart, countingValues, markingPart } from './entity-counts.ts';
import { HISTORY_COLUMNS, HISTORY_NUMBERS, pushChange, pushPast } from './history-rows.ts';
import { arrayLiteral, Texts } from './text-values.ts';
import type { OutboxEntry } from './write-lane.ts';

const READ_ENTITIES = `
  SELECT k.n, e.version, e.document
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k(tenant, id, n)
  JOIN entity e ON e.tenant = k.tenant AND e.id = k.id`;

// A row whose version is no longer the one decided on is left alone, with its history and outbox, and not returned.
const WRITE_ENTITIES = `
  WITH input AS (
    SELECT tenant, id, expected, version, types::text[], scopes::text[], document, relocated, location,
      created_at::timestamptz, modified_at::timestamptz, expires_at::timestamptz
    FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[],
      $8::boolean[], $9::text[], $10::text[], $11::text[], $12::text[])
      AS i(tenant, id, expected, version, types, scopes, document, relocated, location, created_at, modified_at, expires_at)
  ), inserted AS (
    INSERT INTO entity (tenant, id, types, scopes, document, location, created_at, modified_at, expires_at, version)
    SELECT tenant, id, types, scopes, document::jsonb, ST_MakeValid(ST_Force2D(ST_GeomFromGeoJSON(location))),
      created_at, modified_at, expires_at, version
    FROM input WHERE expected IS NULL
    ON CONFLICT (tenant, id) DO NOTHING
    RETURNING tenant, id, version
  ), updated AS (
    UPDATE entity e SET types = i.types, scopes = i.scopes, document = i.document::jsonb,
      location = CASE WHEN i.relocated THEN ST_MakeValid(ST_Force2D(ST_GeomFromGeoJSON(i.location))) ELSE e.location END,
      created_at = i.created_at, modified_at = i.modified_at, expires_at = i.expires_at, version = i.version
    FROM input i
    WHERE i.document IS NOT NULL AND e.tenant = i.tenant AND e.id = i.id AND e.version = i.expected
    RETURNING e.tenant, e.id, e.version
  ), deleted AS (
    DELETE FROM entity e USING input i
    WHERE i.document IS NULL AND e.tenant = i.tenant AND e.id = i.id AND e.version = i.expected
    RETURNING e.tenant, e.id, i.version
  ), written AS (
    SELECT * FROM inserted UNION ALL SELECT * FROM updated UNION ALL SELECT * FROM deleted
  ), recorded AS (
    INSERT INTO history (tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number)
    SELECT w.tenant, w.id, h.attribute, h.dataset_id, h.kind, h.at::timestamptz, h.modified_at::timestamptz,
      h.instance::jsonb, h.number
    FROM unnest($13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[],
      $21::float8[])
      WITH ORDINALITY AS h(tenant, id, attribute, dataset_id, kind, at, modified_at, instance, number, nth)
    JOIN written w ON w.tenant = h.tenant AND w.id = h.id
    ORDER BY h.nth
  ), payloads AS MATERIALIZED (
    SELECT p.payload::jsonb AS payload, p.nth FROM unnest($27::text[]) WITH ORDINALITY AS p(payload, nth)
  ), owed AS (
    INSERT INTO outbox (id, tenant, subscription_id, entity_id, payload, version, owner)
    SELECT o.entry::uuid, w.tenant, o.subscription_id, w.id, p.payload, w.version, $28
    FROM unnest($22::text[], $23::text[], $24::text[], $25::text[], $26::int[])
      AS o(tenant, id, entry, subscription_id, nth)
    JOIN written w ON w.tenant = o.tenant AND w.id = o.id
    JOIN payloads p ON p.nth = o.nth
  )
  SELECT tenant, id FROM written`;

// Given by the temporal API, an instance takes the place of those of its dataset and observedAt (5.6.11).
const WRITE_ENTITIES_AND_PAST = WRITE_ENTITIES.replace(
  '), payloads AS MATERIALIZED (',
  `), replaced AS (
    DELETE FROM history h
    USING unnest($13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[])
      AS r(tenant, id, attribute, dataset_id, kind, at), written w
    WHERE w.tenant = r.tenant AND w.id = r.id AND r.kind = 'attributeImported'
      AND h.tenant = r.tenant AND h.entity_id = r.id AND h.attribute = r.attribute AND h.dataset_id = r.dataset_id
      AND h.at = r.at::timestamptz AND h.instance ? 'observedAt'
  ), payloads AS MATERIALIZED (`,
);

/** The statement with the counts of entities kept, and with the list of those that have attributes which expire. */
function counting(text: string, counts: boolean, marks: boolean): string {
  if (!counts && !marks) return text;
  const parts = [...(counts ? [countingPart(29)] : []), ...(marks ? [markingPart(counts ? 34 : 29)] : [])];
  return text.replace('SELECT tenant, id FROM written', (select) => `, ${parts.join(', ')}\n  ${select}`);
}

/*
 * A prepared statement keeps the plan it was first given, and on a table that was empty then that is to scan it all.
 * A new name each time this process has written four times as much asks for a new plan: measured, an update among 20,000
 * entities then takes 67 µs of PostgreSQL instead of 342. ANALYZE does the same, but the embedded database runs none by itself.
 */
let growth = 0;
let written = 0;

function noteGrowth(entities: number): void {
  written += entities;
  while (written >= 64 * 4 ** growth && growth < 12) growth++;
}

/** The rows of the entities that exist, by place in `keys`. */
export async function readEntities(
  db: Queryable,
  keys: readonly { readonly tenant: string; readonly id: string }[],
): Promise<Map<number, StoredEntity>> {
  const { rows } = await db.query<{ n: number; version: number; document: string }>({
    name: `lane-read-${growth}`,
    text: READ_ENTITIES,
    values: [new Texts(keys.map(({ tenant }) => tenant)), new Texts(keys.map(({ id }) => id))],
  });
  const found = new Map<number, StoredEntity>();
  for (const { n, version, document } of rows) found.set(n - 1, { version, entity: JSON.parse(document) as Entity });
  return found;
}

/** An entity's row as it is to become, with what hangs on it. */
export interface EntityWrite {
  readonly tenant: string;
  readonly id: string;
  /** Undefined: there is no row yet. */
  readonly before: StoredEntity | undefined;
  /** Undefined: the row goes. */
  readonly after: Entity | undefined;
  readonly version: number;
  readonly changes: readonly EntityChange[];
  readonly past: ReadonlyMap<EntityChange, readonly PastInstance[]> | undefined;
  readonly entries: readonly OutboxEntry[];
}

/**
 * Writes entities, history and outbox in one statement; answers the keys (tenant NUL id) of those it wrote.
 *
 * @param owner the process that is to send the notifications
 */
export async function writeEntities(
  db: Queryable,
  writes: readonly EntityWrite[],
  owner: string,
  recordsHistory: boolean,
): Promise<Set<string>> {
  const { rows } = await db.query<{ tenant: string; id: string }>(writeStatement(writes, owner, recordsHistory));
  noteGrowth(rows.length);
  return new Set(rows.map(({ tenant, id }) => entityKey(tenant, id)));
}

export function entityKey(tenant: string, id: string): string {
  return `${tenant}\0${id}`;
}

/** Columns that are no texts. */
const ENTITY_NUMBERS: ReadonlySet<number> = new Set([2, 3, 7]);
const OUTBOX_NUMBERS: ReadonlySet<number> = new Set([4]);

function writeStatement(writes: readonly EntityWrite[], owner: string, recordsHistory: boolean): Statement {
  const entities = new Columns(12, ENTITY_NUMBERS);
  const history = new Columns(HISTORY_COLUMNS, HISTORY_NUMBERS);
  const outbox = new Columns(5, OUTBOX_NUMBERS);
  // One for all subscriptions that want the same told: written out, sent and parsed once.
  const payloads: string[] = [];
  let last: unknown;
  let replaces = false;
  for (const { tenant, id, before, after, version, changes, past, entries } of writes) {
    const location = locationOf(after);
    entities.push(
      tenant,
      id,
      before?.version,
      version,
      after && arrayLiteral(after.types),
      after?.scopes && arrayLiteral(after.scopes),
      after && JSON.stringify(after),
      !sameJson(location, locationOf(before?.entity)),
      location && JSON.stringify(location),
      after?.createdAt,
      after?.modifiedAt,
      after?.expiresAt,
    );
    if (recordsHistory) for (const change of changes) if (!past?.has(change)) pushChange(history, change);
    if (past !== undefined) {
      pushPast(history, tenant, id, [...past.values()].flat(), (changes[0] as EntityChange).at);
      replaces = true;
    }
    for (const entry of entries) {
      if (entry.payload !== last) payloads.push(JSON.stringify(entry.payload));
      last = entry.payload;
      outbox.push(tenant, id, entry.id, entry.subscriptionId, payloads.length);
    }
  }
  const { counts, marks } = countingValues(writes);
  const text = replaces ? WRITE_ENTITIES_AND_PAST : WRITE_ENTITIES;
  return {
    name: `lane-write${replaces ? '-past' : ''}${counts ? '-count' : ''}${marks ? '-mark' : ''}-${growth}`,
    text: counting(text, counts !== undefined, marks !== undefined),
    values: [
      ...entities.parameters(),
      ...history.parameters(),
      ...outbox.parameters(),
      new Texts(payloads),
      owner,
      ...(counts ?? []),
      ...(marks ?? []),
    ],
  };
}

/** The geometry of the GeoProperty `location` as it came, GeoJSON; of several instances a collection, that one index finds any. */
function locationOf(entity: Entity | undefined): unknown {
  const geometries = (entity?.attributes[LOCATION] ?? [])
    .filter(({ type }) => type === 'GeoProperty')
    .map(({ value }) => value);
  return geometries.length > 1 ? { type: 'GeometryCollection', geometries } : geometries[0];
}

/** Rows turned into the arrays that `unnest` takes. */
export class Columns {
  readonly #arrays: unknown[][];
  readonly #numbers: ReadonlySet<number>;

  /** @param numbers the columns that are no texts: of numbers or booleans */
  constructor(count: number, numbers: ReadonlySet<number>) {
    this.#arrays = Array.from({ length: count }, () => []);
    this.#numbers = numbers;
  }

  get length(): number {
    return this.#arrays[0]?.length ?? 0;
  }

  push(...row: unknown[]): void {
    for (let i = 0; i < row.length; i++) this.#arrays[i]?.push(row[i]);
  }

  parameters(): unknown[] {
    return this.#arrays.map((values, i) => (this.#numbers.has(i) ? values : new Texts(values as string[])));
  }
}
