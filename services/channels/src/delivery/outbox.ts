import type { Database, Queryable, Transaction } from '@alzette/kit/database';
import { doLeased } from '@alzette/kit/due-work';
import type { Severity } from '../contract/contract.ts';
import type { Content } from '../notice.ts';

/** One message to one address. */
export interface NewMessage {
  readonly key: string;
  readonly channel: string;
  /** '' for channels that are themselves an address. */
  readonly recipient: string;
  /** '' unless a recipient has several addresses, such as browsers. */
  readonly address: string;
  readonly severity: Severity;
  readonly content: Content;
  readonly state: 'waiting' | 'held' | 'failed';
  readonly reason?: string;
  /** The earliest time; absent: immediately. */
  readonly dueAt?: Date;
}

export interface TakenMessage {
  readonly n: number;
  readonly tenant: string;
  readonly channel: string;
  readonly recipient: string;
  readonly address: string;
  readonly severity: Severity;
  readonly content: Content;
  /** From 1. */
  readonly attempts: number;
  readonly firstAttemptAt: Date;
}

const TAKE_KEYS = `
  INSERT INTO channels.taken_notice (tenant, key) SELECT $1, unnest($2::text[]) ON CONFLICT (tenant, key) DO NOTHING
  RETURNING key`;
const ADD = `
  INSERT INTO channels.message (tenant, key, channel, recipient, address, severity, content, state, reason, due_at)
  SELECT $1, key, channel, recipient, address, severity, content::jsonb, state, reason, coalesce(due_at, now())
  FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[])
    WITH ORDINALITY AS given (key, channel, recipient, address, severity, content, state, reason, due_at, place)
  ORDER BY place
  ON CONFLICT (tenant, key, channel, recipient, address) DO NOTHING`;
/** Whether it is the first of its lane; the others wait until it is sent or has failed. */
const isFirst = (tenant: string) => `NOT EXISTS (
  SELECT 1 FROM channels.message e WHERE e.state = 'waiting' AND e.tenant = ${tenant} AND e.channel = m.channel
    AND e.recipient = m.recipient AND e.address = m.address AND e.n < m.n)`;
const TENANTS = `
  SELECT DISTINCT tenant FROM channels.message WHERE state = 'waiting' AND due_at <= now() /* all tenants: those with due messages */`;
// A process that takes a message has this long to send it; after that any process may take it.
const TAKE = `
  UPDATE channels.message SET due_at = now() + interval '2 minutes', attempts = attempts + 1,
    first_attempt_at = least(first_attempt_at, now())
  WHERE tenant = $1 AND n IN (
    SELECT n FROM channels.message m
    WHERE m.tenant = $1 AND m.state = 'waiting' AND m.due_at <= now() AND ${isFirst('$1')}
    ORDER BY n LIMIT $2 FOR UPDATE SKIP LOCKED)
  RETURNING n, tenant, channel, recipient, address, severity, content, attempts, first_attempt_at`;
const SENT = `
  UPDATE channels.message SET state = 'sent', sent_at = now(), reason = NULL
  WHERE tenant = $1 AND n = $2 AND attempts = $3 AND state = 'waiting'`;
const AGAIN = `
  UPDATE channels.message SET due_at = $4, reason = $5
  WHERE tenant = $1 AND n = $2 AND attempts = $3 AND state = 'waiting'`;
const FAILED = `
  UPDATE channels.message SET state = 'failed', reason = $4
  WHERE tenant = $1 AND n = $2 AND attempts = $3 AND state = 'waiting'`;
const HOLD = `
  UPDATE channels.message SET state = 'held', due_at = $4, reason = $5, attempts = attempts - 1
  WHERE tenant = $1 AND n = $2 AND attempts = $3 AND state = 'waiting'`;
const NOTE = `
  INSERT INTO channels.attempt (tenant, message, attempt, outcome, detail) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant, message, attempt) DO UPDATE SET
    outcome = excluded.outcome, detail = excluded.detail, at = excluded.at`;
const SENT_WITHIN = `
  SELECT sent_at FROM channels.message
  WHERE tenant = $1 AND recipient = $2 AND state = 'sent' AND sent_at > now() - interval '1 hour' ORDER BY sent_at`;
const UNSENT = `
  SELECT state, count(*) AS count FROM channels.message WHERE state IN ('waiting', 'held') GROUP BY state /* all tenants: metrics */`;
const NEXT = `
  SELECT min(due_at) AS at FROM channels.message m
  WHERE m.state = 'held' OR (m.state = 'waiting' AND ${isFirst('m.tenant')}) /* all tenants: when the next is due */`;

/** Reserves keys of notices. @returns the keys that are new */
export async function takeKeys(tx: Queryable, tenant: string, keys: readonly string[]): Promise<Set<string>> {
  return new Set(
    (await tx.query<{ key: string }>({ text: TAKE_KEYS, values: [tenant, keys] })).rows.map(({ key }) => key),
  );
}

/** Adds messages to the outbox, in their order. */
export async function addMessages(tx: Queryable, tenant: string, messages: readonly NewMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const column = (read: (message: NewMessage) => string | null) => messages.map(read);
  const values = [
    tenant,
    column(({ key }) => key),
    column(({ channel }) => channel),
    column(({ recipient }) => recipient),
    column(({ address }) => address),
    column(({ severity }) => severity),
    column(({ content }) => JSON.stringify(content)),
    column(({ state }) => state),
    column(({ reason }) => reason ?? null),
    column(({ dueAt }) => dueAt?.toISOString() ?? null),
  ];
  await tx.query({ text: ADD, values });
}

/** What became of a taken message. */
export type Sending =
  | { readonly is: 'sent'; readonly detail: string | undefined }
  | { readonly is: 'retry'; readonly at: Date; readonly reason: string }
  | { readonly is: 'failed'; readonly reason: string }
  /** Postponed without an attempt. */
  | { readonly is: 'held'; readonly until: Date; readonly reason: string };

interface TakenRow extends Omit<TakenMessage, 'content' | 'firstAttemptAt'> {
  readonly content: string;
  readonly first_attempt_at: Date;
}

/**
 * Sends due messages, at most one of each lane, and `limit` of each tenant. No other process gets them for two minutes.
 *
 * @returns how many were taken
 */
export function sendDueMessages(
  db: Database,
  limit: number,
  send: (message: TakenMessage) => Promise<Sending>,
  onError: (error: unknown, message: number) => void,
): Promise<number> {
  return doLeased<TakenRow, Sending>(db, {
    tenants: { text: TENANTS },
    take: (tenant) => ({ text: TAKE, values: [tenant, limit] }),
    // The content was written by `addMessages`.
    work: ({ first_attempt_at, content, ...row }) =>
      send({ ...row, content: JSON.parse(content) as Content, firstAttemptAt: first_attempt_at }),
    mark: async (tx, results) => {
      for (const [row, sending] of results) await markMessage(tx, row, sending);
    },
    onError: (error, [row]) => onError(error, (row as TakenRow).n),
  });
}

type Taken = Pick<TakenMessage, 'tenant' | 'n' | 'attempts'>;

async function markMessage(tx: Transaction, taken: Taken, sending: Sending): Promise<void> {
  const key = keyOf(taken);
  switch (sending.is) {
    case 'sent':
      await tx.query({ text: SENT, values: key });
      return note(tx, taken, 'sent', sending.detail);
    case 'retry':
      await tx.query({ text: AGAIN, values: [...key, sending.at, sending.reason] });
      return note(tx, taken, 'retry', sending.reason);
    case 'failed':
      await tx.query({ text: FAILED, values: [...key, sending.reason] });
      return note(tx, taken, 'failed', sending.reason);
    case 'held':
      await tx.query({ text: HOLD, values: [...key, sending.until, sending.reason] });
      return;
  }
}

async function note(tx: Transaction, taken: Taken, outcome: string, detail: string | undefined): Promise<void> {
  await tx.query({ text: NOTE, values: [...keyOf(taken), outcome, detail ?? null] });
}

const keyOf = ({ tenant, n, attempts }: Taken) => [tenant, n, attempts];

/** The times of messages to a recipient within the last hour, earliest first. */
export async function sentWithinAnHour(db: Queryable, tenant: string, recipient: string): Promise<Date[]> {
  const { rows } = await db.query<{ sent_at: Date }>({ text: SENT_WITHIN, values: [tenant, recipient] });
  return rows.map(({ sent_at }) => sent_at);
}

/** The number of unsent messages by state. */
export async function countUnsent(db: Queryable): Promise<{ readonly [state: string]: number }> {
  const { rows } = await db.query<{ state: string; count: number }>({ text: UNSENT });
  return { waiting: 0, held: 0, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
}

/** When the next message is due. */
export async function nextMessage(db: Queryable): Promise<Date | undefined> {
  return (await db.query<{ at: Date | null }>({ text: NEXT })).rows[0]?.at ?? undefined;
}
