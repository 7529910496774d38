import type { Database, Queryable } from '@alzette/kit/database';
import type { Reach } from '../contract/app.ts';
import type { PushMessage } from '../ports.ts';
import { CONFIRMATION, type PushContent } from './push-content.ts';

const ADD = `
  INSERT INTO publishing.push_message (tenant, key, topics, urgency, content) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant, key) DO NOTHING RETURNING id`;
/**
 * Inserts the recipients and the time: immediately, or at the end of the device's quiet hours, which may include
 * midnight. $4: the time zone; $5: ignores quiet hours.
 */
const ADDRESS = `
  WITH clock AS (
    SELECT now() AT TIME ZONE $4 AS local,
      extract(hour FROM now() AT TIME ZONE $4)::int * 60 + extract(minute FROM now() AT TIME ZONE $4)::int AS minute)
  INSERT INTO publishing.push_delivery (tenant, message, endpoint, due_at)
  SELECT $2, $1::bigint, e.id, CASE
      WHEN $5 OR e.quiet_from IS NULL OR e.quiet_from = e.quiet_to THEN now()
      WHEN e.quiet_from < e.quiet_to AND minute >= e.quiet_from AND minute < e.quiet_to
        OR e.quiet_from > e.quiet_to AND minute < e.quiet_to
        THEN (date_trunc('day', local) + make_interval(mins => e.quiet_to)) AT TIME ZONE $4
      WHEN e.quiet_from > e.quiet_to AND minute >= e.quiet_from
        THEN (date_trunc('day', local) + interval '1 day' + make_interval(mins => e.quiet_to)) AT TIME ZONE $4
      ELSE now() END
  FROM publishing.endpoint AS e, clock
  WHERE e.tenant = $2 AND e.topics && $3 AND e.confirmation_hash IS NULL`;
const DELIVER = `
  INSERT INTO publishing.push_delivery (tenant, message, endpoint, due_at) VALUES ($1, $2, $3::bigint, now())`;
const COUNT = 'UPDATE publishing.push_message SET addressed = $3 WHERE tenant = $1 AND id = $2';
const LIST = `
  SELECT m.id, m.key, m.topics, m.urgency, m.content, m.created_at, m.addressed, m.accepted, m.gone, m.failed,
    (SELECT count(*) FROM publishing.push_delivery AS d WHERE d.tenant = $1 AND d.message = m.id) AS waiting
  FROM publishing.push_message AS m WHERE m.tenant = $1 AND NOT starts_with(m.key, '${CONFIRMATION}')
  ORDER BY m.id DESC LIMIT $2`;
const FOLLOWERS = `
  SELECT topic, count(*) AS n FROM publishing.endpoint, unnest(topics) AS topic
  WHERE tenant = $1 AND topic NOT LIKE 'report:%' AND confirmation_hash IS NULL GROUP BY topic ORDER BY topic`;
const ENDPOINTS = `
  SELECT provider, count(*) AS n FROM publishing.endpoint WHERE tenant = $1 AND confirmation_hash IS NULL GROUP BY provider`;
const FORGET = `DELETE FROM publishing.push_message WHERE created_at < now() - interval '90 days' /* all tenants: the job that deletes old messages */`;

/** Stores the first message to a device, which is sent at once. */
export async function addFirstMessage(
  tx: Queryable,
  tenant: string,
  endpoint: string,
  key: string,
  content: PushContent,
): Promise<void> {
  const values = [tenant, CONFIRMATION + key, [], 'high', JSON.stringify(content)];
  const { rows } = await tx.query<{ id: number }>({ text: ADD, values });
  const id = rows[0]?.id;
  await tx.query({ text: DELIVER, values: [tenant, id, endpoint] });
  await tx.query({ text: COUNT, values: [tenant, id, 1] });
}

/** Stores a message and its recipients, in one transaction. Undefined: its key was used before. */
export function addMessage(
  db: Database,
  tenant: string,
  { key, topics, urgency, title, text, link }: PushMessage,
  timeZone: string,
): Promise<number | undefined> {
  return db.transaction(async (tx) => {
    const content: PushContent = { title, text, link };
    const values = [tenant, key, [...topics], urgency, JSON.stringify(content)];
    const id = (await tx.query<{ id: number }>({ text: ADD, values })).rows[0]?.id;
    if (id === undefined) return undefined;
    const addressed = await tx.query({
      text: ADDRESS,
      values: [id, tenant, [...topics], timeZone, urgency === 'emergency'],
    });
    await tx.query({ text: COUNT, values: [tenant, id, addressed.rowCount] });
    return id;
  });
}

export async function listReach(db: Queryable, tenant: string, limit: number): Promise<Reach[]> {
  const { rows } = await db.query<Omit<Reach, 'content' | 'createdAt'> & { content: string; created_at: Date }>({
    text: LIST,
    values: [tenant, limit],
  });
  return rows.map(({ content, created_at, waiting, ...row }) => ({
    ...row,
    content: JSON.parse(content) as PushContent, // written by `addMessage`
    createdAt: created_at.toISOString(),
    waiting: Number(waiting),
  }));
}

/** The number of devices by topic and by push service, without the topics of single reports. */
export async function countFollowers(db: Queryable, tenant: string) {
  const topics = await db.query<{ topic: string; n: number }>({ text: FOLLOWERS, values: [tenant] });
  const devices = await db.query<{ provider: string; n: number }>({ text: ENDPOINTS, values: [tenant] });
  return {
    topics: Object.fromEntries(topics.rows.map(({ topic, n }) => [topic, Number(n)])),
    devices: Object.fromEntries(devices.rows.map(({ provider, n }) => [provider, Number(n)])),
  };
}

export async function forgetOldMessages(db: Queryable): Promise<number> {
  return (await db.query({ text: FORGET })).rowCount ?? 0;
}
