import type { Queryable } from '@alzette/kit/database';
import type { Attempt, MessageState, Severity, ShownMessage } from '../contract/contract.ts';
import type { Content } from '../notice.ts';

const COLUMNS = 'n, key, channel, recipient, severity, content, state, reason, created_at, due_at, attempts, sent_at';
const LIST = `
  SELECT ${COLUMNS} FROM channels.message
  WHERE tenant = $1 AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR recipient = $3)
    AND ($4::text IS NULL OR channel = $4) AND ($5::bigint IS NULL OR n < $5)
  ORDER BY n DESC LIMIT $6`;
const FIND = `SELECT ${COLUMNS} FROM channels.message WHERE tenant = $1 AND n = $2`;
const ATTEMPTS =
  'SELECT attempt, at, outcome, detail FROM channels.attempt WHERE tenant = $1 AND message = $2 ORDER BY attempt';
const RETRY = `
  UPDATE channels.message SET state = 'waiting', due_at = now(), first_attempt_at = NULL, reason = NULL
  WHERE tenant = $1 AND n = $2 AND state IN ('failed', 'waiting', 'held')`;
const FORGET_MESSAGES = `
  DELETE FROM channels.message WHERE created_at < now() - interval '90 days' AND state IN ('sent', 'failed', 'merged')
  /* all tenants: the job that deletes old messages */`;
const FORGET_KEYS = `DELETE FROM channels.taken_notice WHERE at < now() - interval '90 days' /* all tenants: as above */`;

interface Row {
  readonly n: number;
  readonly key: string;
  readonly channel: string;
  readonly recipient: string;
  readonly severity: Severity;
  readonly content: string;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly created_at: Date;
  readonly due_at: Date;
  readonly attempts: number;
  readonly sent_at: Date | null;
}

type AttemptRow = Omit<Attempt, 'at'> & { readonly at: Date };

interface MessageFilter {
  readonly state?: MessageState | undefined;
  readonly recipient?: string | undefined;
  readonly channel?: string | undefined;
  /** Only messages older than this id. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The latest first. */
export async function listMessages(db: Queryable, tenant: string, filter: MessageFilter): Promise<ShownMessage[]> {
  const { state = null, recipient = null, channel = null, before = null, limit } = filter;
  const { rows } = await db.query<Row>({ text: LIST, values: [tenant, state, recipient, channel, before, limit] });
  return rows.map(toShown);
}

/** One message with the outcome of each attempt. */
export async function findMessage(db: Queryable, tenant: string, id: number) {
  const { rows } = await db.query<Row>({ text: FIND, values: [tenant, id] });
  if (rows[0] === undefined) return undefined;
  const { rows: tries } = await db.query<AttemptRow>({ text: ATTEMPTS, values: [tenant, id] });
  const { text, link }: Content = JSON.parse(rows[0].content);
  return { ...toShown(rows[0]), text, link, tries: tries.map((each) => ({ ...each, at: each.at.toISOString() })) };
}

/** Retries a failed or waiting message now. False: there is no such message, or it was sent. */
export async function retryMessage(db: Queryable, tenant: string, id: number): Promise<boolean> {
  return (await db.query({ text: RETRY, values: [tenant, id] })).rowCount === 1;
}

/** Deletes messages after 90 days, because they name people. @returns how many */
export async function forgetOldMessages(db: Queryable): Promise<number> {
  await db.query({ text: FORGET_KEYS });
  return (await db.query({ text: FORGET_MESSAGES })).rowCount;
}

function toShown(row: Row): ShownMessage {
  const { title }: Content = JSON.parse(row.content);
  const waits = row.state === 'waiting' || row.state === 'held';
  return {
    id: row.n,
    key: row.key,
    channel: row.channel,
    ...(row.recipient !== '' && { recipient: row.recipient }),
    severity: row.severity,
    title,
    state: row.state,
    ...(row.reason !== null && { reason: row.reason }),
    createdAt: row.created_at.toISOString(),
    ...(waits && { dueAt: row.due_at.toISOString() }),
    attempts: row.attempts,
    ...(row.sent_at !== null && { sentAt: row.sent_at.toISOString() }),
  };
}
