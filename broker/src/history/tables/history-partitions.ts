import type { Queryable } from '../../database/database.ts';

const ENSURE_HISTORY_PARTITIONS = 'SELECT ensure_history_partitions($1)';

/** No more: each statement that reads history readies a scan of every partition, those of the future too. */
const MONTHS_AHEAD = 1;

/** Makes the monthly partitions of history ahead of time; called at start and once a day. */
export async function ensureHistoryPartitions(db: Queryable): Promise<void> {
  await db.query({ text: ENSURE_HISTORY_PARTITIONS, values: [MONTHS_AHEAD] });
}
