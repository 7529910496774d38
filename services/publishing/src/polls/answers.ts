import { createHash } from 'node:crypto';
import type { Database, Queryable } from '@alzette/kit/database';
import { Problem } from '@alzette/kit/problems';

const ANSWER = `
  INSERT INTO publishing.poll_answer (tenant, poll, device_hash, choice) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant, poll, device_hash) DO NOTHING`;
/** A school or a mobile carrier shares one; whoever invents devices has no more. */
const MOST_OF_NETWORK = 50;
const COUNT_NETWORK = `
  INSERT INTO publishing.poll_network AS n (tenant, poll, network_hash, answers) VALUES ($1, $2, $3, 1)
  ON CONFLICT (tenant, poll, network_hash) DO UPDATE SET answers = n.answers + 1 WHERE n.answers < ${MOST_OF_NETWORK}`;
const FORGET_NETWORKS = `
  DELETE FROM publishing.poll_network WHERE since < current_date - 30 /* all tenants: the job that forgets networks */`;
const ANSWER_BY_MANY = `
  INSERT INTO publishing.poll_answer (tenant, poll, device_hash, choice)
  SELECT $1, $2, given.* FROM unnest($3::text[], $4::text[]) AS given
  ON CONFLICT (tenant, poll, device_hash) DO NOTHING`;
const COUNT =
  'SELECT choice, count(*) AS n FROM publishing.poll_answer WHERE tenant = $1 AND poll = $2 GROUP BY choice';
const COUNT_ALL = `
  SELECT poll, choice, count(*) AS n FROM publishing.poll_answer WHERE tenant = $1 AND poll = ANY($2)
  GROUP BY poll, choice`;

/** Marks the poll's entity as outdated, so that it is written with the new counts. */
const COUNTED = `
  UPDATE publishing.item SET entity_version = 0 WHERE tenant = $1 AND id = $2 AND entity_version = version`;

/** An answer of a device, and the keyed hash of its network. */
interface Answer {
  readonly device: string;
  readonly networkHash: string;
  readonly choice: string;
}

/**
 * Stores a device's answer. False: it has answered before, and its first answer stays.
 *
 * @throws Problem 429: too many devices of its network have answered this poll
 */
export async function answerPoll(
  db: Database,
  tenant: string,
  poll: string,
  { device, networkHash, choice }: Answer,
): Promise<boolean> {
  const hash = deviceHash(tenant, poll, device);
  return db.transaction(async (tx) => {
    const isFirst = (await tx.query({ text: ANSWER, values: [tenant, poll, hash, choice] })).rowCount === 1;
    if (!isFirst) return false;
    const counted = await tx.query({ text: COUNT_NETWORK, values: [tenant, poll, networkHash] });
    if (counted.rowCount === 0) {
      throw new Problem(429, 'Too many answers', `At most ${MOST_OF_NETWORK} devices of one network may answer a poll`);
    }
    await markCounted(tx, tenant, poll);
    return true;
  });
}

/** Runs daily. */
export async function forgetNetworks(db: Queryable): Promise<number> {
  return (await db.query({ text: FORGET_NETWORKS })).rowCount;
}

/** Stores the answers of several devices, each `[device, choice]`, to a poll. The first answer of a device stays. */
export async function answerPollByMany(
  db: Queryable,
  tenant: string,
  poll: string,
  answers: readonly (readonly [device: string, choice: string])[],
): Promise<void> {
  const hashes = answers.map(([device]) => deviceHash(tenant, poll, device));
  const values = [tenant, poll, hashes, answers.map(([, choice]) => choice)];
  const { rowCount } = await db.query({ text: ANSWER_BY_MANY, values });
  if (rowCount > 0) await markCounted(db, tenant, poll);
}

// The hash includes the poll, so that the answers of a device to several polls can't be linked.
function deviceHash(tenant: string, poll: string, device: string): string {
  return createHash('sha256').update(`${tenant}\n${poll}\n${device}`).digest('base64url');
}

/** Lets the entity of a poll be written with the present counts. */
export async function markCounted(db: Queryable, tenant: string, poll: string): Promise<void> {
  await db.query({ text: COUNTED, values: [tenant, poll] });
}

/** The number of answers per choice; choices without answers are missing. */
export async function countAnswers(db: Queryable, tenant: string, poll: string): Promise<Map<string, number>> {
  const { rows } = await db.query<{ choice: string; n: number }>({ text: COUNT, values: [tenant, poll] });
  return new Map(rows.map(({ choice, n }) => [choice, Number(n)]));
}

/** The same for several polls. */
export async function countAllAnswers(
  db: Queryable,
  tenant: string,
  polls: readonly string[],
): Promise<Map<string, Map<string, number>>> {
  const { rows } = await db.query<{ poll: string; choice: string; n: number }>({
    text: COUNT_ALL,
    values: [tenant, polls],
  });
  const counts = new Map(polls.map((poll) => [poll, new Map<string, number>()]));
  for (const { poll, choice, n } of rows) counts.get(poll)?.set(choice, Number(n));
  return counts;
}

/** The total number of answers. */
export function totalAnswers(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
