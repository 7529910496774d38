import type { Queryable } from '../../database.ts';
import type { HarvestedItem } from './harvest.ts';

/** New items, and those with changed content. */
const TAKE_NEW = `
  INSERT INTO iot.source_item AS known (tenant, source, key, moment, hash, seen_at)
  SELECT $5::text, $1, key, moment, decode(hash, 'hex'), now()
  FROM unnest($2::text[], $3::text[], $4::text[]) AS given (key, moment, hash)
  ON CONFLICT (tenant, source, key, moment) DO UPDATE SET hash = excluded.hash, seen_at = excluded.seen_at
    WHERE known.hash <> excluded.hash
  RETURNING key, moment`;

const FORGET_OLD = `
  DELETE FROM iot.source_item
  WHERE tenant = $2 AND source = $1 AND moment <> '' AND seen_at < now() - interval '400 days'`;

const FORGET = 'DELETE FROM iot.source_item WHERE tenant = $3 AND source = $1 AND key = ANY($2::text[])';

const TO_INBOX = `
  INSERT INTO iot.inbox (received_at, topic, body)
  SELECT $1, $2, convert_to(body, 'UTF8') FROM unnest($3::text[]) WITH ORDINALITY AS given (body, n) ORDER BY n`;

const AT_ONCE = 2_000;

/** Stores new items in the inbox, one message each, and remembers them. Returns the number of new items. */
export async function takeNew(
  tx: Queryable,
  source: string,
  topic: string,
  tenant: string,
  items: readonly HarvestedItem[],
  forgets: readonly string[] = [],
): Promise<number> {
  let taken = 0;
  if (forgets.length > 0) await tx.query({ text: FORGET, values: [source, forgets, tenant] });
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const batch = items.slice(at, at + AT_ONCE);
    const { rows } = await tx.query<{ key: string; moment: string }>({
      text: TAKE_NEW,
      values: [
        source,
        batch.map(({ key }) => key),
        batch.map(({ moment }) => moment ?? ''),
        batch.map(({ hash }) => Buffer.from(hash).toString('hex')),
        tenant,
      ],
    });
    const fresh = new Set(rows.map(({ key, moment }) => `${moment} ${key}`));
    const bodies = batch
      .filter(({ key, moment = '' }) => fresh.has(`${moment} ${key}`))
      .map(({ entities }) => JSON.stringify({ tenant, entities }));
    if (bodies.length === 0) continue;
    taken += bodies.length;
    await tx.query({ text: TO_INBOX, values: [new Date(), topic, bodies] });
  }
  await tx.query({ text: FORGET_OLD, values: [source, tenant] });
  return taken;
}
