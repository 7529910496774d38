import type { Transaction } from '@alzette/kit/database';
import { doLeased } from '@alzette/kit/due-work';
import type { PublishingParts } from '../parts.ts';
import type { Language, Outcome, Urgency } from '../ports.ts';
import { type Address, openAddress } from './endpoints.ts';
import { sendByProvider } from './providers.ts';
import { CONFIRMATION, type PushContent } from './push-content.ts';

const AT_ONCE = 250;
/** An attempt must finish within this time; then another process may take the message. */
const TAKEN_FOR_S = 120;
const MAX_ATTEMPTS = 6;
/** To an address that may be anybody's. */
const MAX_FIRST_ATTEMPTS = 2;
/** A notification that is a day old is dropped. */
const TTL_S = 24 * 60 * 60;

/** Answers of Web Push, FCM and APNs for removed devices; Apple answers `BadDeviceToken` for unknown ones. */
const GONE = /^HTTP (?:404|410)|BadDeviceToken/;

const TENANTS = `
  SELECT DISTINCT tenant FROM publishing.push_delivery WHERE due_at <= now() /* all tenants: those with due messages */`;
const TAKE = `
  UPDATE publishing.push_delivery AS d
  SET attempts = d.attempts + 1, due_at = now() + make_interval(secs => ${TAKEN_FOR_S})
  FROM publishing.endpoint AS e, publishing.push_message AS m
  WHERE d.tenant = $1 AND (d.message, d.endpoint) IN (
      SELECT message, endpoint FROM publishing.push_delivery WHERE tenant = $1 AND due_at <= now()
      ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
    AND e.tenant = $1 AND e.id = d.endpoint AND m.tenant = $1 AND m.id = d.message
  RETURNING d.message, d.endpoint, d.attempts, e.tenant, e.address_hash, e.sealed, e.language,
    m.key, m.urgency, m.content`;
const FINISH = `
  DELETE FROM publishing.push_delivery AS d USING unnest($2::bigint[], $3::bigint[], $4::int[]) AS done(message, endpoint, attempts)
  WHERE d.tenant = $1 AND d.message = done.message AND d.endpoint = done.endpoint AND d.attempts = done.attempts
  RETURNING d.message, d.endpoint`;
const FORGET = 'DELETE FROM publishing.endpoint WHERE tenant = $1 AND id = ANY($2)';
const AGAIN = `
  UPDATE publishing.push_delivery AS d SET due_at = later.at
  FROM unnest($2::bigint[], $3::bigint[], $4::int[], $5::timestamptz[]) AS later(message, endpoint, attempts, at)
  WHERE d.tenant = $1 AND d.message = later.message AND d.endpoint = later.endpoint AND d.attempts = later.attempts`;
const COUNT = `
  UPDATE publishing.push_message AS m
  SET accepted = m.accepted + c.accepted, gone = m.gone + c.gone, failed = m.failed + c.failed
  FROM unnest($2::bigint[], $3::int[], $4::int[], $5::int[]) AS c(message, accepted, gone, failed)
  WHERE m.tenant = $1 AND m.id = c.message`;
const NEXT = 'SELECT min(due_at) AS at FROM publishing.push_delivery /* all tenants: when the next is due */';

interface Delivery {
  readonly message: number;
  readonly endpoint: number;
  readonly attempts: number;
  readonly tenant: string;
  readonly address_hash: string;
  readonly sealed: string;
  readonly language: Language;
  readonly key: string;
  readonly urgency: Urgency;
  readonly content: string;
}

type Result = 'accepted' | 'gone' | 'failed' | { readonly againInS: number };

/** Sends due messages to devices. @returns how many were taken; if it is more than 0, there may be more */
export function deliverDue(parts: PublishingParts): Promise<number> {
  return doLeased<Delivery, Result>(parts.db, {
    tenants: { text: TENANTS },
    take: (tenant) => ({ text: TAKE, values: [tenant, AT_ONCE] }),
    work: (row) => deliver(parts, row),
    mark: keepResults,
    onError: (err, { length: messages }) =>
      parts.logger.error({ err, messages }, 'could not record the outcome of push messages'),
    together: true,
  });
}

export async function nextDelivery({ db }: Pick<PublishingParts, 'db'>): Promise<Date | undefined> {
  return (await db.query<{ at: Date | null }>({ text: NEXT })).rows[0]?.at ?? undefined;
}

async function deliver(parts: PublishingParts, row: Delivery): Promise<Result> {
  const until = parts.shares.usedUpUntil(row.tenant, 'pushes');
  if (until !== undefined) return { againInS: Math.ceil((until.getTime() - Date.now()) / 1000) };
  try {
    parts.shares.take(row.tenant, 'pushes');
    const address = openAddress(parts.secrets, row.sealed, row.address_hash);
    return resultOf(await send(parts, row, address), row);
  } catch (error) {
    parts.logger.error({ err: error, message: row.message }, 'could not compose a push message');
    return resultOf({ outcome: 'retry', detail: '' }, row);
  }
}

function send(parts: PublishingParts, row: Delivery, address: Address): Promise<Outcome> {
  const content = JSON.parse(row.content) as PushContent; // written by `addMessage`
  const { language, urgency, key, tenant } = row;
  const shown = {
    key,
    title: content.title[language] ?? content.title.fr,
    text: content.text[language] ?? content.text.fr,
    link: content.link,
    urgency,
    ...(content.confirm !== undefined && { confirm: content.confirm }),
  };
  if (address.provider !== 'web') return sendByProvider(parts, tenant, address, shown);
  const options = { ttlS: TTL_S, urgency: urgency === 'emergency' ? 'high' : urgency } as const;
  return parts.webPush.send(tenant, address.subscription, shown, options);
}

function resultOf(outcome: Outcome, { attempts, key }: Delivery): Result {
  if (outcome.outcome === 'sent') return 'accepted';
  if (outcome.outcome === 'refused') return GONE.test(outcome.detail) ? 'gone' : 'failed';
  if (attempts >= (key.startsWith(CONFIRMATION) ? MAX_FIRST_ATTEMPTS : MAX_ATTEMPTS)) return 'failed';
  return { againInS: Math.ceil((outcome.afterMs ?? 5_000 * 3 ** (attempts - 1)) / 1000) };
}

/** A result counts only if no other process has taken the message since. */
async function keepResults(tx: Transaction, results: readonly (readonly [Delivery, Result])[]): Promise<void> {
  const [[{ tenant }]] = results as readonly [readonly [Delivery, Result]]; // of one tenant, with at least one
  const done = results.filter(([, result]) => typeof result === 'string');
  const later = results.flatMap(([row, result]) => (typeof result === 'string' ? [] : [{ row, ...result }]));
  const columns = (rows: readonly Delivery[]) => [
    rows.map(({ message }) => message),
    rows.map(({ endpoint }) => endpoint),
    rows.map(({ attempts }) => attempts),
  ];
  if (done.length > 0) {
    const values = [tenant, ...columns(done.map(([row]) => row))];
    const finished = await tx.query<Pick<Delivery, 'message' | 'endpoint'>>({ text: FINISH, values });
    const keys = new Set(finished.rows.map(({ message, endpoint }) => `${message} ${endpoint}`));
    await count(
      tx,
      tenant,
      done.filter(([{ message, endpoint }]) => keys.has(`${message} ${endpoint}`)),
    );
  }
  if (later.length > 0) {
    const at = later.map(({ againInS }) => new Date(Date.now() + againInS * 1000));
    await tx.query({ text: AGAIN, values: [tenant, ...columns(later.map(({ row }) => row)), at] });
  }
  // A device that the push service no longer knows is deleted with its pending messages.
  const removed = done.filter(([, result]) => result === 'gone').map(([row]) => row.endpoint);
  if (removed.length > 0) await tx.query({ text: FORGET, values: [tenant, removed] });
}

async function count(tx: Transaction, tenant: string, done: readonly (readonly [Delivery, Result])[]): Promise<void> {
  const messages = [...new Set(done.map(([row]) => row.message))];
  const of = (wanted: Result) =>
    messages.map((message) => done.filter(([row, result]) => row.message === message && result === wanted).length);
  await tx.query({ text: COUNT, values: [tenant, messages, of('accepted'), of('gone'), of('failed')] });
}
