import { setTimeout as pause } from 'node:timers/promises';
import type { Database, Queryable } from '../../database/database.ts';

const AT_ONCE = 500;
/** Another process may be doing it, and may exit before it is complete. */
const LOOK_AGAIN_MS = 5_000;

/** Adds the words by which entities are found, without those that name their type. */
export const LEARN_SOME = `
  INSERT INTO search_word (tenant, word)
  SELECT DISTINCT s.tenant, word
  FROM entity_search s CROSS JOIN LATERAL unnest(tsvector_to_array(s.lexemes)) AS word
  WHERE s.tenant = $1 AND s.entity_id = ANY ($2::text[])
    AND word <> ALL (ARRAY(
      SELECT unnest(tsvector_to_array(kind_lexemes(types)))
      FROM (SELECT DISTINCT types FROM entity WHERE tenant = $1 AND id = ANY ($2::text[])) AS typed))
  ORDER BY 1, 2
  ON CONFLICT DO NOTHING`;
const IS_LEARNED = 'SELECT is_learned AS learned FROM search_progress';
const BEGIN_STEP = 'SELECT learned_tenant, learned_entity, is_learned FROM search_progress FOR UPDATE SKIP LOCKED';
const NEXT_SOME = `
  SELECT tenant, entity_id AS id FROM entity_search
  WHERE (tenant, entity_id) > ($1, $2) ORDER BY tenant, entity_id LIMIT ${AT_ONCE}`;
const END_STEP = 'UPDATE search_progress SET learned_tenant = $1, learned_entity = $2';
const END = 'UPDATE search_progress SET is_learned = true';

interface Progress {
  readonly learned_tenant: string;
  readonly learned_entity: string;
  readonly is_learned: boolean;
}

/** Databases with all words learned; this never changes back. */
const learned = new WeakSet<object>();

/** Whether `search_word` has the words of all entities. After an upgrade they are still being learned. */
export async function areWordsLearned(db: Queryable): Promise<boolean> {
  if (learned.has(db)) return true;
  const { rows } = await db.query<{ learned: boolean }>({ text: IS_LEARNED });
  if (rows[0]?.learned !== true) return false;
  learned.add(db);
  return true;
}

/**
 * Learns the words of entities that an earlier version indexed, unless that is done. It works in steps, each followed by a pause
 * as long as the step. One process does it; the others wait in case it exits.
 */
export async function learnWords(db: Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const since = performance.now();
    const state = await db.transaction(learnSome);
    if (state === 'done') return;
    const ms = state === 'busy' ? LOOK_AGAIN_MS : performance.now() - since;
    await pause(ms, undefined, { signal, ref: false }).catch(() => {});
  }
}

async function learnSome(tx: Queryable): Promise<'more' | 'done' | 'busy'> {
  const [progress] = (await tx.query<Progress>({ text: BEGIN_STEP })).rows;
  if (progress === undefined) return 'busy';
  if (progress.is_learned) return 'done';
  const values = [progress.learned_tenant, progress.learned_entity];
  const { rows } = await tx.query<{ tenant: string; id: string }>({ text: NEXT_SOME, values });
  for (const [tenant, entities] of Map.groupBy(rows, (row) => row.tenant)) {
    await tx.query({ text: LEARN_SOME, values: [tenant, entities.map(({ id }) => id)] });
  }
  const last = rows.at(-1);
  if (last === undefined || rows.length < AT_ONCE) {
    await tx.query({ text: END });
    return 'done';
  }
  await tx.query({ text: END_STEP, values: [last.tenant, last.id] });
  return 'more';
}
