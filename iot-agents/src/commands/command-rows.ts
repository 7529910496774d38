import { ofAllTenants, ofOtherNodes } from '@alzette/kit/each-tenant';
import { outageOf } from '@alzette/kit/outage';
import { carriedTrace } from '@alzette/kit/tracing';
import type { Database, Queryable } from '../database.ts';
import type { Command, CommandAnswer, CommandMessage, CommandState, Confirmation, NewCommand } from './command.ts';
import { FINAL } from './command.ts';

/** A device that answers for ever must not fill the database. */
const MOST_ANSWERS = 20;
/** Without a wish. */
const ALL_STATES: Confirmation = 2;
/** Earlier commands to which an answer may belong. */
const LOOKED_BACK = 20;

/** An earlier version did not note when it gave a command to a network server. */
const SENT_AT = `coalesce(sent_at, CASE WHEN state IN ('QUEUED', 'SENT', 'DELIVERED') THEN created_at END)`;

const COLUMNS = `id, tenant, device, entity_id, entity_type, name, value::text, state, info::text, batch,
  created_at, ${SENT_AT} AS sent_at, sends, answers::text, deadline, done_at, message::text, trace, request_key IS NOT NULL AS by_attribute,
  dataset_id, confirmation`;

const INSERT = `
  INSERT INTO iot.command (id, tenant, device, entity_id, entity_type, name, value, message, deadline, not_before,
    batch, request_key, trace, dataset_id, confirmation, state)
  SELECT id, $2, device, entity_id, entity_type, name, value::jsonb, message::jsonb,
    now() + deadline_ms * interval '1 ms', now() + delay_ms * interval '1 ms', batch, request_key, trace,
    dataset_id, confirmation, 'PENDING'
  FROM unnest($1::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::float8[], $10::float8[], $11::uuid[], $12::text[], $13::text[], $14::text[], $15::smallint[]) AS given
    (id, device, entity_id, entity_type, name, value, message, deadline_ms, delay_ms, batch, request_key, trace,
      dataset_id, confirmation)
  ON CONFLICT DO NOTHING
  RETURNING id`;

const REPLACE_OLDER = `
  UPDATE iot.command AS old SET state = 'CANCELLED', done_at = now(), info = '"replaced by a newer one"'::jsonb
  FROM iot.command AS new
  WHERE old.tenant = $2 AND new.tenant = $2 AND new.id = ANY($1::uuid[]) AND new.message->>'way' = 'downlink'
    AND old.device = new.device AND old.name = new.name AND old.done_at IS NULL AND old.id <> ALL($1::uuid[])`;

const IS_OVERDUE = 'deadline <= now()';
const IS_DUE = `state = 'PENDING' AND message->>'way' <> 'poll' AND not_before <= now() AND deadline > now()`;

const OPEN = `
  SELECT tenant, array_agg(DISTINCT device) AS devices, bool_or(${IS_OVERDUE}) AS overdue, bool_or(${IS_DUE}) AS due
  FROM iot.command WHERE`;
const OPEN_OF_ALL = `
  ${OPEN} done_at IS NULL GROUP BY tenant /* all tenants: what is due, and the devices whose uplinks are looked at */`;
const OPEN_OF_TENANT = `${OPEN} tenant = $1 AND done_at IS NULL GROUP BY tenant`;

/**
 * Leased: if this process ends before it has noted that it sent the command, the command becomes due again. It counts as
 * sent from now on, because the device may answer before that is noted.
 */
const LEASE_DUE = `
  UPDATE iot.command SET not_before = now() + interval '15 s', sent_at = now(), sends = sends + 1
  WHERE tenant = $1 AND id IN (
    SELECT id FROM iot.command WHERE tenant = $1 AND done_at IS NULL AND ${IS_DUE}
    ORDER BY not_before LIMIT 50 FOR UPDATE SKIP LOCKED)
  RETURNING ${COLUMNS}`;

const NOT_SENT = `
  UPDATE iot.command SET sends = sends - 1, sent_at = CASE WHEN sends > 1 THEN sent_at END
  WHERE tenant = $1 AND id = $2 AND state = 'PENDING'`;

const EXPIRE = `
  UPDATE iot.command SET state = 'EXPIRED', done_at = now(), info = '"EXPIRED"'::jsonb
  WHERE tenant = $1 AND done_at IS NULL AND ${IS_OVERDUE}`;

/** Citus does not accept now() in a CASE. */
const ADVANCE = `
  UPDATE iot.command SET state = $3, info = coalesce($4::jsonb, info),
    done_at = now() + CASE WHEN $5 THEN interval '0' END,
    sent_at = greatest(sent_at, now() + CASE WHEN $3 = 'SENT' THEN interval '0' END)
  WHERE tenant = $1 AND id = $2 AND done_at IS NULL`;

/** Ends the command, unless that has happened meanwhile. */
const ANSWER = `
  UPDATE iot.command SET state = $3, info = $4::jsonb, done_at = now(), answers = answers || $5::jsonb
  WHERE tenant = $1 AND id = $2 AND done_at IS NULL`;

const NOTE_ANSWER = `
  UPDATE iot.command SET answers = answers || $3::jsonb,
    info = CASE WHEN state = 'EXPIRED' THEN jsonb_build_object('lateResult', $4::jsonb) ELSE info END
  WHERE tenant = $1 AND id = $2 AND jsonb_array_length(answers) < ${MOST_ANSWERS}`;

const SENT_TO_DEVICE = `
  SELECT ${COLUMNS} FROM iot.command
  WHERE tenant = $1 AND device = $2 AND done_at IS NULL AND ${SENT_AT} IS NOT NULL ORDER BY sent_at, created_at`;

/** Newest first: those that were sent, then those that were not. */
const LAST_OF_NAME = `
  SELECT ${COLUMNS} FROM iot.command WHERE tenant = $1 AND device = $2 AND name = $3
  ORDER BY sent_at DESC NULLS LAST, created_at DESC LIMIT ${LOOKED_BACK}`;

const POLL = `
  WITH taken AS (
    UPDATE iot.command SET state = 'DELIVERED', sent_at = now(), sends = sends + 1
    WHERE tenant = $1 AND device = $2 AND done_at IS NULL AND state = 'PENDING' AND message->>'way' = 'poll'
      AND deadline > now()
    RETURNING name, value, created_at)
  SELECT name, value::text FROM taken ORDER BY created_at`;

const IS_NEWER = `newer.entity_id = command.entity_id AND newer.name = command.name
  AND newer.dataset_id IS NOT DISTINCT FROM command.dataset_id AND newer.created_at > command.created_at`;
const UNMIRRORED_OF_ALL = `
  SELECT ${COLUMNS}, EXISTS (
    SELECT FROM iot.command AS newer WHERE newer.tenant = command.tenant AND ${IS_NEWER}) AS outdated
  FROM iot.command WHERE mirrored IS DISTINCT FROM state ORDER BY created_at LIMIT 100
  /* all tenants: the states to report */`;
const UNMIRRORED_OF_TENANT = `
  SELECT ${COLUMNS}, EXISTS (SELECT FROM iot.command AS newer WHERE newer.tenant = $1 AND ${IS_NEWER}) AS outdated
  FROM iot.command WHERE tenant = $1 AND mirrored IS DISTINCT FROM state ORDER BY created_at LIMIT 100`;

const MIRRORED = `
  UPDATE iot.command SET mirrored = given.state
  FROM unnest($2::uuid[], $3::text[]) AS given (id, state) WHERE command.tenant = $1 AND command.id = given.id`;

const BY_ID = `SELECT ${COLUMNS} FROM iot.command WHERE tenant = $1 AND id = $2`;
const BY_ID_ALONE = `SELECT ${COLUMNS} FROM iot.command WHERE id = $1 /* all tenants: the id does not tell the tenant */`;
const LIST = `
  SELECT ${COLUMNS} FROM iot.command
  WHERE ($1::text IS NULL OR entity_id = $1) AND ($2::uuid IS NULL OR batch = $2)
  ORDER BY created_at DESC, id LIMIT $3 OFFSET $4 /* all tenants: the list is for their administrators */`;
const COUNT = `
  SELECT count(*)::int AS count FROM iot.command
  WHERE ($1::text IS NULL OR entity_id = $1) AND ($2::uuid IS NULL OR batch = $2)
  /* all tenants: the list is for their administrators */`;

const STATES = `
  SELECT state, count(*)::int AS count FROM iot.command WHERE batch = $1 GROUP BY state
  /* all tenants: the id does not tell the tenant */`;

interface Row {
  readonly id: string;
  readonly tenant: string;
  readonly device: string;
  readonly entity_id: string;
  readonly entity_type: string;
  readonly name: string;
  readonly value: string;
  readonly state: CommandState;
  readonly info: string | null;
  readonly batch: string | null;
  readonly created_at: Date;
  readonly sent_at: Date | null;
  readonly sends: number;
  readonly answers: string;
  readonly deadline: Date;
  readonly done_at: Date | null;
  readonly message: string;
  readonly trace: string | null;
  readonly by_attribute: boolean;
  readonly dataset_id: string | null;
  readonly confirmation: number;
}

/**
 * Inserts all commands and cancels those they replace, in one transaction. Requests that were already accepted are left
 * out.
 */
export async function insertCommands(db: Database, commands: readonly NewCommand[]): Promise<string[]> {
  return db.transaction(async (tx) => {
    const ids: string[] = [];
    for (const [tenant, own] of Map.groupBy(commands, (command) => command.tenant)) {
      const column = <T>(of: (command: NewCommand) => T): T[] => own.map(of);
      const { rows } = await tx.query<{ id: string }>({
        text: INSERT,
        values: [
          column(({ id }) => id),
          tenant,
          column(({ device }) => device),
          column(({ entityId }) => entityId),
          column(({ entityType }) => entityType),
          column(({ name }) => name),
          column(({ value }) => JSON.stringify(value ?? null)),
          column(({ message }) => JSON.stringify(message)),
          column(({ deadlineMs }) => deadlineMs),
          column(({ delayMs }) => delayMs),
          column(({ batch }) => batch ?? null),
          column(({ requestKey }) => requestKey ?? null),
          column(({ entityId }) => carriedTrace(entityId) ?? null),
          column(({ datasetId }) => datasetId ?? null),
          column(({ confirmation }) => confirmation ?? ALL_STATES),
        ],
      });
      const inserted = rows.map(({ id }) => id);
      await tx.query({ text: REPLACE_OLDER, values: [inserted, tenant] });
      ids.push(...inserted);
    }
    return ids;
  });
}

/** A tenant's commands that are not finished. */
export interface OpenCommands {
  readonly tenant: string;
  readonly devices: readonly string[];
  /** Whether some must expire. */
  readonly overdue: boolean;
  /** Whether some must be sent. */
  readonly due: boolean;
}

/** For all tenants that have any, without those of unreachable nodes. */
export function openOfTenants(db: Queryable): Promise<OpenCommands[]> {
  return ofAllTenants(db, { text: OPEN_OF_ALL }, (tenant) => ({ text: OPEN_OF_TENANT, values: [tenant] }));
}

export async function leaseDue(db: Queryable, tenant: string): Promise<Command[]> {
  return commandsOf(db, LEASE_DUE, [tenant]);
}

export async function expireOverdue(db: Queryable, tenant: string): Promise<number> {
  return (await db.query({ text: EXPIRE, values: [tenant] })).rowCount;
}

/** False if the command is already finished. `done`: also for a state that is not final by itself. */
export async function advance(
  db: Queryable,
  { tenant, id }: Pick<Command, 'tenant' | 'id'>,
  state: CommandState,
  { info, done = FINAL.has(state) }: { readonly info?: unknown; readonly done?: boolean } = {},
): Promise<boolean> {
  const { rowCount } = await db.query({
    text: ADVANCE,
    values: [tenant, id, state, info === undefined ? null : JSON.stringify(info), done],
  });
  return rowCount > 0;
}

/** A device that commands were sent to, by its key. */
export interface CommandedDevice {
  readonly tenant: string;
  /** DevEUI, or `<apikey>/<device_id>`. */
  readonly key: string;
}

/** Ends a command with the answer of the device. False if it is already finished. */
export async function answer(
  db: Queryable,
  { tenant, id }: Pick<Command, 'tenant' | 'id'>,
  given: CommandAnswer,
): Promise<boolean> {
  const state: CommandState = given.failed ? 'ERROR' : 'OK';
  const values = [tenant, id, state, JSON.stringify(given.info ?? null), JSON.stringify([given])];
  return (await db.query({ text: ANSWER, values })).rowCount > 0;
}

/** Keeps an answer that no command waits for with the command it most likely belongs to. */
export async function noteAnswer(
  db: Queryable,
  { tenant, id }: Pick<Command, 'tenant' | 'id'>,
  given: CommandAnswer,
): Promise<void> {
  const values = [tenant, id, JSON.stringify([given]), JSON.stringify(given.info ?? null)];
  await db.query({ text: NOTE_ANSWER, values });
}

/** A leased command could not be sent. */
export async function noteNotSent(db: Queryable, { tenant, id }: Pick<Command, 'tenant' | 'id'>): Promise<void> {
  await db.query({ text: NOT_SENT, values: [tenant, id] });
}

/** The unfinished commands that were sent to the device, in the order in which they were sent. */
export async function sentCommands(db: Queryable, { tenant, key }: CommandedDevice): Promise<Command[]> {
  return commandsOf(db, SENT_TO_DEVICE, [tenant, key]);
}

/** The last commands of this name to the device, those that were sent first. */
export async function lastCommands(db: Queryable, { tenant, key }: CommandedDevice, name: string): Promise<Command[]> {
  return commandsOf(db, LAST_OF_NAME, [tenant, key, name]);
}

/** The commands waiting for a polling device. They count as delivered from now on. */
export async function takePolled(
  db: Queryable,
  { tenant, key }: CommandedDevice,
): Promise<{ name: string; value: unknown }[]> {
  const { rows } = await db.query<{ name: string; value: string }>({ text: POLL, values: [tenant, key] });
  return rows.map(({ name, value }) => ({ name, value: JSON.parse(value) }));
}

/** Commands whose entity shows another state, without those of unreachable nodes. `outdated`: the entity shows a newer command. */
export async function unmirrored(db: Queryable): Promise<{ command: Command; outdated: boolean }[]> {
  const rows = await ofAllTenants<Row & { outdated: boolean }>(db, { text: UNMIRRORED_OF_ALL }, (tenant) => ({
    text: UNMIRRORED_OF_TENANT,
    values: [tenant],
  }));
  return rows.map((row) => ({ command: readRow(row), outdated: row.outdated }));
}

export async function markMirrored(db: Queryable, tenant: string, commands: readonly Command[]): Promise<void> {
  await db.query({
    text: MIRRORED,
    values: [tenant, commands.map(({ id }) => id), commands.map(({ state }) => state)],
  });
}

/**
 * @param tenant absent: unknown, so all tenants are searched
 * @throws DatabaseError: a node that may have the command is unreachable
 */
export async function findCommand(db: Queryable, id: string, tenant?: string): Promise<Command | undefined> {
  const ofTenant = (each: string) => commandsOf(db, BY_ID, [each, id]);
  if (tenant !== undefined) return (await ofTenant(tenant))[0];
  try {
    return (await commandsOf(db, BY_ID_ALONE, [id]))[0];
  } catch (error) {
    const [found] = outageOf(error) === 'node' ? await ofOtherNodes(db, ofTenant) : [];
    if (found === undefined) throw error;
    return found;
  }
}

export async function listCommands(
  db: Queryable,
  filter: { readonly entityId?: string; readonly batch?: string; readonly limit: number; readonly offset: number },
): Promise<{ count: number; commands: Command[] }> {
  const { entityId = null, batch = null, limit, offset } = filter;
  const counted = await db.query<{ count: number }>({ text: COUNT, values: [entityId, batch] });
  const commands = await commandsOf(db, LIST, [entityId, batch, limit, offset]);
  return { count: counted.rows[0]?.count ?? 0, commands };
}

/** The number of commands of the group in each state. */
export async function batchStates(db: Queryable, batch: string): Promise<{ [state in CommandState]?: number }> {
  const { rows } = await db.query<{ state: CommandState; count: number }>({ text: STATES, values: [batch] });
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function commandsOf(db: Queryable, text: string, values: readonly unknown[]): Promise<Command[]> {
  const { rows } = await db.query<Row>({ text, values });
  return rows.map(readRow);
}

function readRow(row: Row): Command {
  return {
    id: row.id,
    tenant: row.tenant,
    device: row.device,
    entityId: row.entity_id,
    entityType: row.entity_type,
    name: row.name,
    value: JSON.parse(row.value),
    state: row.state,
    info: row.info === null ? null : JSON.parse(row.info),
    batch: row.batch,
    createdAt: new Date(row.created_at).toISOString(),
    sentAt: row.sent_at === null ? null : new Date(row.sent_at).toISOString(),
    sends: row.sends,
    // Written by `answer` and `noteAnswer`.
    answers: JSON.parse(row.answers) as CommandAnswer[],
    deadline: new Date(row.deadline).toISOString(),
    doneAt: row.done_at === null ? null : new Date(row.done_at).toISOString(),
    // Written by `insertCommands`.
    message: JSON.parse(row.message) as CommandMessage,
    trace: row.trace,
    byAttribute: row.by_attribute,
    datasetId: row.dataset_id,
    confirmation: row.confirmation as Confirmation, // written by `insertCommands`
  };
}
