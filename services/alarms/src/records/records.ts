import type { Queryable } from '@alzette/kit/database';
import { ofEachTenant } from '@alzette/kit/each-tenant';
import type { RecordState } from './kind.ts';

/** A stored record. */
export interface StoredRecord<State> {
  readonly id: string;
  /** Starts at 1 and increases by one with each change. */
  readonly version: number;
  readonly state: State;
}

const COLUMNS = 'id, version, state';
const LOAD = `SELECT ${COLUMNS} FROM alarms.record WHERE tenant = $1 AND kind = $2 AND id = ANY($3::text[])`;
const LOCK = `${LOAD} ORDER BY id FOR UPDATE`;
const INSERT = `
  INSERT INTO alarms.record (tenant, kind, id, state) VALUES ($1, $2, $3, $4) ON CONFLICT (tenant, id) DO NOTHING
  RETURNING ${COLUMNS}`;
const SAVE = `
  INSERT INTO alarms.record AS r (tenant, kind, id, state, writing, writing_since)
  SELECT $1, $2, id, state::jsonb, 1, now() FROM unnest($3::text[], $4::text[]) AS given (id, state)
  ON CONFLICT (tenant, id) DO UPDATE SET version = r.version + 1, state = excluded.state, writing = r.writing + 1,
    writing_since = coalesce(r.writing_since, excluded.writing_since)
  RETURNING ${COLUMNS}`;
const BEGIN_WRITING = `
  UPDATE alarms.record SET writing = writing + 1, writing_since = least(writing_since, now())
  WHERE tenant = $1 AND kind = $2 AND id = $3 RETURNING ${COLUMNS}`;
const END = `writing = greatest(writing - 1, 0), writing_since = CASE WHEN writing > 1 THEN writing_since END`;
const END_WRITING = `
  UPDATE alarms.record r SET ${END} FROM unnest($2::text[], $3::int[]) AS written (id, version)
  WHERE r.tenant = $1 AND r.id = written.id AND r.version = written.version RETURNING r.id`;
const REPLACE = `
  UPDATE alarms.record SET version = version + 1, state = $4, ${END}
  WHERE tenant = $1 AND id = $2 AND version = $3 RETURNING ${COLUMNS}`;
const UNFINISHED = `kind = $1 AND writing > 0 AND writing_since < now() - make_interval(secs => $2)`;
const TENANTS_UNFINISHED = `
  SELECT DISTINCT tenant FROM alarms.record WHERE ${UNFINISHED} /* all tenants: those with unfinished writes */`;
const TAKE_UNFINISHED = `
  UPDATE alarms.record SET writing_since = now() WHERE tenant = $3 AND id IN (
    SELECT id FROM alarms.record WHERE tenant = $3 AND ${UNFINISHED}
    ORDER BY writing_since LIMIT $4 FOR UPDATE SKIP LOCKED)
  RETURNING tenant, ${COLUMNS}`;
const FINISH = `
  UPDATE alarms.record SET writing = 0, writing_since = NULL WHERE tenant = $1 AND id = $2 AND version = $3`;

interface Row {
  readonly tenant: string;
  readonly id: string;
  readonly version: number;
  readonly state: string;
}

export async function loadRecords<State extends RecordState>(
  db: Queryable,
  tenant: string,
  kind: string,
  ids: readonly string[],
): Promise<Map<string, StoredRecord<State>>> {
  return byId((await db.query<Row>({ text: LOAD, values: [tenant, kind, ids] })).rows);
}

/** Reads the records and locks them until the transaction ends. */
export async function lockRecords<State extends RecordState>(
  tx: Queryable,
  tenant: string,
  kind: string,
  ids: readonly string[],
): Promise<Map<string, StoredRecord<State>>> {
  return byId((await tx.query<Row>({ text: LOCK, values: [tenant, kind, ids] })).rows);
}

/** Stores a record whose entity exists already. Undefined if the id is in use; that record is not changed. */
export async function insertRecord<State extends RecordState>(
  db: Queryable,
  tenant: string,
  kind: string,
  state: State,
): Promise<StoredRecord<State> | undefined> {
  const { rows } = await db.query<Row>({ text: INSERT, values: [tenant, kind, state.id, state] });
  return rows[0] && toStoredRecord(rows[0]);
}

/** Creates or replaces records whose entities are still to be written; then call `endWriting`. */
export async function saveRecords<State extends RecordState>(
  tx: Queryable,
  tenant: string,
  kind: string,
  states: readonly State[],
): Promise<Map<string, StoredRecord<State>>> {
  const values = [tenant, kind, states.map(({ id }) => id), states.map((state) => JSON.stringify(state))];
  return byId((await tx.query<Row>({ text: SAVE, values })).rows);
}

/** Marks the record's entity as being written. Undefined if there is no such record. */
export async function beginWriting<State extends RecordState>(
  db: Queryable,
  tenant: string,
  kind: string,
  id: string,
): Promise<StoredRecord<State> | undefined> {
  const { rows } = await db.query<Row>({ text: BEGIN_WRITING, values: [tenant, kind, id] });
  return rows[0] && toStoredRecord(rows[0]);
}

/** Marks the entities as written for these versions of the records. @returns the ids whose version is still current */
export async function endWriting(
  db: Queryable,
  tenant: string,
  written: readonly { readonly id: string; readonly version: number }[],
): Promise<Set<string>> {
  const values = [tenant, written.map(({ id }) => id), written.map(({ version }) => version)];
  return new Set((await db.query<{ id: string }>({ text: END_WRITING, values })).rows.map(({ id }) => id));
}

/** Replaces a record whose entity has been written already. Undefined if the record has changed since that version. */
export async function replaceRecord<State extends RecordState>(
  tx: Queryable,
  tenant: string,
  version: number,
  state: State,
): Promise<StoredRecord<State> | undefined> {
  const { rows } = await tx.query<Row>({ text: REPLACE, values: [tenant, state.id, version, state] });
  return rows[0] && toStoredRecord(rows[0]);
}

/**
 * Records whose entities have waited so long for their write that the process has probably died. They are reserved for
 * the same time again.
 *
 * @param limit of each tenant
 */
export async function takeUnfinished<State extends RecordState>(
  db: Queryable,
  kind: string,
  olderThanS: number,
  limit: number,
): Promise<(StoredRecord<State> & { readonly tenant: string })[]> {
  const rows = await ofEachTenant<Row>(db, { text: TENANTS_UNFINISHED, values: [kind, olderThanS] }, (tenant) => ({
    text: TAKE_UNFINISHED,
    values: [kind, olderThanS, tenant, limit],
  }));
  return rows.map((row) => ({ ...toStoredRecord<State>(row), tenant: row.tenant }));
}

/** Marks the entity as equal to this version of the record, and ends all writes in progress. */
export async function finishWriting(db: Queryable, tenant: string, id: string, version: number): Promise<void> {
  await db.query({ text: FINISH, values: [tenant, id, version] });
}

function byId<State>(rows: readonly Row[]): Map<string, StoredRecord<State>> {
  return new Map(rows.map((row) => [row.id, toStoredRecord<State>(row)]));
}

function toStoredRecord<State>({ id, version, state }: Row): StoredRecord<State> {
  return { id, version, state: JSON.parse(state) as State }; // written by `saveRecords`
}
