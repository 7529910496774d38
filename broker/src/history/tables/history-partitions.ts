import type { Queryable } from '../../database/database.ts';

const ENSURE_HISTORY_PARTITIONS = 'SELECT ensure_history_partitions($1)';

/** Not more, because each statement on the history opens every partition, including future ones. */
const MONTHS_AHEAD = 1;

/** Creates the monthly partitions of the history in advance; called at start and once a day. */
export async function ensureHistoryPartitions(db: Queryable): Promise<void> {
  await db.query({ text: ENSURE_HISTORY_PARTITIONS, values: [MONTHS_AHEAD] });
}
