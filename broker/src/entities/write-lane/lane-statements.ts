import { type Columns, unnested } from '../../database/columns.ts';
import type { Queryable } from '../../database/database.ts';
import { arrayLiteral, Texts } from '../../database/text-values.ts';
import { historyRows, pushChange, pushPast, pushScopes, replacedBy } from '../../history/rows/history-rows.ts';
import { unfoldInitialInstances } from '../../history/rows/initial-instances.ts';
import type { EntityChange } from '../../model/change.ts';
import { sameJson } from '../../model/diff.ts';
import { entityOf } from '../../model/document.ts';
import type { AttributeInstance, Entity } from '../../model/entity.ts';
import { shownText } from '../../model/represent/fast/shown-text.ts';
import { LOCATION } from '../../model/represent/geojson.ts';
import type { PastInstance } from '../../model/temporal/temporal-entity.ts';
import type { StoredEntity } from './entity-cache.ts';
import { countingParts } from './entity-counts.ts';
import { geometryText } from './geometry-text.ts';
import { runEntityParts, runFollowingParts } from './tenant-statements.ts';
import {
  deletedCte,
  deletedRows,
  givenInstanceRows,
  historyCte,
  initialInstancesCte,
  initialInstancesOf,
  insertedCte,
  insertedRows,
  outboxCte,
  outboxRows,
  payloadRows,
  replacedCte,
  statementOf,
  updatedCte,
  updatedRows,
  type WriteCte,
  writtenCte,
} from './write-ctes.ts';
import type { OutboxEntry } from './write-lane.ts';

/** The default timeout of write statements, for example when another process holds a lock or the server has stopped. */
const STATEMENT_WITHIN_MS = 5_000;

const READ_ENTITIES = `
  SELECT k.n, e.version, e.document
  FROM ${unnested(1, ['text', 'text'])} WITH ORDINALITY AS k(tenant, id, n)
  JOIN entity e ON e.tenant = k.tenant AND e.id = k.id`;

const READ_OF_TENANT = `
  SELECT k.n, e.version, e.document
  FROM ${unnested(2, ['text'])} WITH ORDINALITY AS k(id, n) JOIN entity e ON e.tenant = $1 AND e.id = k.id`;

/** The new row of an entity, with its history and outbox entries. */
export interface EntityWrite {
  readonly tenant: string;
  readonly id: string;
  /** Undefined: there is no row yet. */
  readonly before: StoredEntity | undefined;
  /** Undefined: the row is deleted. */
  readonly after: Entity | undefined;
  /** The JSON of `after`. */
  readonly document: string | undefined;
  readonly version: number;
  readonly changes: readonly EntityChange[];
  readonly past: ReadonlyMap<EntityChange, readonly PastInstance[]> | undefined;
  readonly entries: readonly OutboxEntry[];
}

/** How statements write, the same for all of one lane. */
export interface StatementOptions {
  /** The process that is to send the notifications, by its name in the outbox. */
  readonly owner: string;
  readonly recordsHistory: boolean;
}

/** The statements of one lane. It knows what it has written to this database, which they depend on. */
export class EntityStatements {
  readonly #options: StatementOptions;
  /**
   * Part of the statement names, so that statements are planned again as tables grow. A prepared statement keeps its
   * first plan, and on an empty table that is a full scan. The name changes each time this lane has written four times
   * as much. Measured with 20,000 entities: an update then takes 67 µs of PostgreSQL instead of 342. ANALYZE has the
   * same effect, but the embedded database does not run it by itself.
   */
  #growth = 0;
  #written = 0;
  /**
   * When this lane last deleted entities. An entity re-created within the same millisecond is ordered after the deletion
   * by its row number.
   */
  #deletedAt = '';

  constructor(options: StatementOptions) {
    this.#options = options;
  }

  /** The rows of existing entities, by their index in `keys`. */
  read(
    db: Queryable,
    keys: readonly EntityKey[],
    byTenant: boolean,
    timeoutMs?: number,
  ): Promise<Map<number, StoredEntity>> {
    return readEntities(db, keys, { byTenant, growth: this.#growth, ...(timeoutMs !== undefined && { timeoutMs }) });
  }

  /**
   * Writes entities, history and outbox in one statement. Returns the keys (tenant NUL id) of the entities written.
   *
   * @param at the time of all changes
   */
  async write(
    db: Queryable,
    writes: readonly EntityWrite[],
    at: string,
    timeoutMs = STATEMENT_WITHIN_MS,
  ): Promise<Set<string>> {
    // Explicitly given instances may replace the initial ones, so those must be stored as rows of their own.
    await unfoldGiven(db, writes);
    const { owner, recordsHistory } = this.#options;
    const initial = recordsHistory ? this.#initialInstances(writes, at) : undefined;
    const entities = entityParts(writes, at, initial !== undefined);
    const history = historyParts(writes, initial, recordsHistory);
    const following = [...history, ...outboxParts(writes, owner), ...countingParts(writes)];
    const statement = statementOf([...entities, writtenCte(entities), ...following], at, `${this.#growth}`);
    this.#noteDeletions(writes, at);
    const { rows } = await db.query<{ tenant: string; id: string }>({ ...statement, timeoutMs });
    this.#noteGrowth(rows.length);
    return new Set(rows.map(({ tenant, id }) => entityKey(tenant, id)));
  }

  /**
   * The same for entities of one tenant, with a separate statement for each table, for a cluster that stores each tenant
   * on one node.
   */
  async writeOfTenant(
    tx: Queryable,
    tenant: string,
    writes: readonly EntityWrite[],
    at: string,
    timeoutMs = STATEMENT_WITHIN_MS,
  ): Promise<Set<string>> {
    const { owner, recordsHistory } = this.#options;
    const of = { tenant, at, timeoutMs };
    await unfoldGiven(tx, writes);
    const written = await runEntityParts(tx, entityParts(writes, at, false), of);
    const done = writes.filter(({ id }) => written.has(id));
    if (done.length === 0) return written;
    const hasInitial = recordsHistory && this.#initialInstances(done, at) !== undefined;
    const history = historyParts(done, hasInitial ? givenInstancesCte(done) : undefined, recordsHistory);
    this.#noteDeletions(writes, at);
    await runFollowingParts(tx, [...history, ...outboxParts(done, owner), ...countingParts(done)], done, of);
    return new Set(done.map(({ id }) => entityKey(tenant, id)));
  }

  #initialInstances(writes: readonly EntityWrite[], at: string): WriteCte | undefined {
    return at === this.#deletedAt ? undefined : initialInstancesPart(writes);
  }

  #noteDeletions(writes: readonly EntityWrite[], at: string): void {
    if (writes.some(({ after }) => after === undefined)) this.#deletedAt = at;
  }

  #noteGrowth(entities: number): void {
    this.#written += entities;
    while (this.#written >= 64 * 4 ** this.#growth && this.#growth < 12) this.#growth++;
  }
}

export interface EntityKey {
  readonly tenant: string;
  readonly id: string;
}

interface ReadOptions {
  /** Whether to run a separate statement for each tenant. */
  readonly byTenant: boolean;
  readonly timeoutMs?: number;
  /** Part of the statement's name. */
  readonly growth?: number;
}

/** The rows of existing entities, by their index in `keys`. */
export async function readEntities(
  db: Queryable,
  keys: readonly EntityKey[],
  { byTenant, timeoutMs = STATEMENT_WITHIN_MS, growth = 0 }: ReadOptions,
): Promise<Map<number, StoredEntity>> {
  if (byTenant) return readByTenant(db, keys, timeoutMs, growth);
  const { rows } = await db.query<{ n: number; version: number; document: string }>({
    name: `lane-read-${growth}`,
    timeoutMs,
    text: READ_ENTITIES,
    values: [new Texts(keys.map(({ tenant }) => tenant)), new Texts(keys.map(({ id }) => id))],
  });
  const found = new Map<number, StoredEntity>();
  for (const { n, version, document } of rows) found.set(n - 1, { version, entity: entityOf(document) });
  return found;
}

async function readByTenant(
  db: Queryable,
  keys: readonly EntityKey[],
  timeoutMs: number,
  growth: number,
): Promise<Map<number, StoredEntity>> {
  const found = new Map<number, StoredEntity>();
  const places = Map.groupBy(keys.keys(), (place) => keys[place]?.tenant as string);
  for (const [tenant, ofTenant] of places) {
    const { rows } = await db.query<{ n: number; version: number; document: string }>({
      name: `lane-read-tenant-${growth}`,
      timeoutMs,
      text: READ_OF_TENANT,
      values: [tenant, new Texts(ofTenant.map((place) => keys[place]?.id as string))],
    });
    for (const { n, version, document } of rows)
      found.set(ofTenant[n - 1] as number, { version, entity: entityOf(document) });
  }
  return found;
}

async function unfoldGiven(db: Queryable, writes: readonly EntityWrite[]): Promise<void> {
  const given = writes.filter(({ before, past }) => before !== undefined && past !== undefined);
  for (const [tenant, ofTenant] of Map.groupBy(given, (write) => write.tenant)) {
    await unfoldInitialInstances(
      db,
      tenant,
      ofTenant.map(({ id }) => id),
    );
  }
}

/** The initial instances of the new entities among them. */
function givenInstancesCte(writes: readonly EntityWrite[]): WriteCte {
  const rows = givenInstanceRows();
  for (const { id, before, after, document } of writes) {
    if (before === undefined) rows.push(id, document, after !== undefined && hasDatasets(after));
  }
  return initialInstancesOf(rows);
}

function hasDatasets({ attributes }: Entity): boolean {
  return Object.values(attributes).some((instances) => instances.length > 1 || instances[0]?.datasetId !== undefined);
}

export function entityKey(tenant: string, id: string): string {
  return `${tenant}\0${id}`;
}

/** The rows of the entities themselves. */
function entityParts(writes: readonly EntityWrite[], at: string, answersDocuments: boolean): WriteCte[] {
  const inserted = insertedRows();
  const updated = updatedRows();
  const deleted = deletedRows();
  for (const write of writes) {
    const { tenant, id, before, after, document, version } = write;
    if (before !== undefined && after !== undefined) pushUpdate(updated, write, before, after, at);
    else if (before !== undefined) deleted.push(tenant, id, before.version);
    else if (after !== undefined) {
      const location = locationOf(after);
      inserted.push(
        tenant,
        id,
        version,
        arrayLiteral(after.types),
        document,
        shownText(after),
        location && geometryText(location),
        after.scopes && arrayLiteral(after.scopes),
        after.createdAt === at ? undefined : after.createdAt,
        after.modifiedAt === at ? undefined : after.modifiedAt,
        after.expiresAt,
      );
    }
  }
  const parts: WriteCte[] = [];
  if (inserted.length > 0) parts.push(insertedCte(inserted, answersDocuments));
  if (updated.length > 0) parts.push(updatedCte(updated));
  if (deleted.length > 0) parts.push(deletedCte(deleted));
  return parts;
}

function pushUpdate(
  rows: Columns,
  { tenant, id, document }: EntityWrite,
  before: StoredEntity,
  after: Entity,
  at: string,
): void {
  const was = before.entity;
  const isLocated = was.attributes[LOCATION] !== after.attributes[LOCATION];
  const location = isLocated ? locationOf(after) : undefined;
  const isRelocated = isLocated && !sameJson(location, locationOf(was));
  const hasSameMembers =
    after.createdAt === was.createdAt &&
    after.expiresAt === was.expiresAt &&
    sameJson(after.types, was.types) &&
    sameJson(after.scopes, was.scopes);
  rows.push(
    tenant,
    id,
    before.version,
    document,
    shownText(after),
    after.modifiedAt === at ? undefined : after.modifiedAt,
    isRelocated || undefined,
    isRelocated && location !== undefined ? geometryText(location) : undefined,
    hasSameMembers ? undefined : arrayLiteral(after.types),
    hasSameMembers || after.scopes === undefined ? undefined : arrayLiteral(after.scopes),
    hasSameMembers ? undefined : after.createdAt,
    hasSameMembers ? undefined : after.expiresAt,
  );
}

/** The parts that record the history of the writes. */
function historyParts(writes: readonly EntityWrite[], born: WriteCte | undefined, recordsChanges: boolean): WriteCte[] {
  const rows = historyRows();
  let replaces = false;
  for (const write of writes) {
    const { tenant, id, before, changes, past } = write;
    if (born !== undefined && before === undefined) {
      pushScopes(rows, changes[0] as EntityChange);
      continue;
    }
    const given = past && [...past.values()].flat();
    const isReplaced = given && replacedBy(given);
    if (recordsChanges) for (const change of changes) if (!past?.has(change)) pushChange(rows, change, isReplaced);
    if (given === undefined) continue;
    pushPast(rows, tenant, id, given);
    replaces = true;
  }
  return [
    ...(born === undefined ? [] : [born]),
    ...(rows.length === 0 ? [] : [replaces ? replacedCte(rows) : historyCte(rows)]),
  ];
}

/** The instances of an initial row are numbered, and there are no more numbers than this. */
const MOST_ATTRIBUTES = 999;
const MOST_INSTANCES = 99;

/**
 * The part that records the history of the new entities of a statement as initial instances, or undefined. It is only
 * used if it applies to all of them: each entity must be created by a single change and recorded as it is.
 */
function initialInstancesPart(writes: readonly EntityWrite[]): WriteCte | undefined {
  let anyNew = false;
  let hasDatasets = false;
  for (const { before, after, changes, past } of writes) {
    if (before !== undefined) continue;
    if (after === undefined || changes.length !== 1 || past !== undefined) return undefined;
    let attributes = 0;
    for (const name in after.attributes) {
      const instances = after.attributes[name] as readonly AttributeInstance[];
      if (++attributes > MOST_ATTRIBUTES || instances.length > MOST_INSTANCES) return undefined;
      hasDatasets ||= instances.length > 1 || instances[0]?.datasetId !== undefined;
    }
    if (attributes === 0) return undefined;
    anyNew = true;
  }
  return anyNew ? initialInstancesCte(hasDatasets) : undefined;
}

function outboxParts(writes: readonly EntityWrite[], owner: string): WriteCte[] {
  const rows = outboxRows();
  // Subscriptions that need the same content share one payload, which is serialised and sent once.
  const payloads = payloadRows();
  for (const { tenant, id, after, document, entries } of writes) {
    let last: unknown;
    for (const entry of entries) {
      if (entry.payload !== last) payloads.push(tenant, id, payloadText(entry.payload, after, document));
      last = entry.payload;
      rows.push(entry.id, entry.subscriptionId, payloads.length);
    }
  }
  return rows.length === 0 ? [] : [outboxCte(rows, payloads, owner)];
}

/** Most payloads contain the entity as it is now, whose JSON is already available. */
function payloadText(payload: unknown, after: Entity | undefined, document: string | undefined): string {
  const given = payload as { readonly entity?: unknown };
  if (after === undefined || given.entity !== after) return JSON.stringify(payload);
  const others = JSON.stringify({ ...given, entity: undefined }); // there is always the time of the change
  return `{"entity":${document},${others.slice(1)}`;
}

/**
 * The GeoJSON geometry of the GeoProperty `location`; for several instances a collection, so that one index finds any
 * of them.
 */
function locationOf(entity: Entity): unknown {
  const geometries = (entity.attributes[LOCATION] ?? [])
    .filter(({ type }) => type === 'GeoProperty')
    .map(({ value }) => value);
  return geometries.length > 1 ? { type: 'GeometryCollection', geometries } : geometries[0];
}
