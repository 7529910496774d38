import { SearchIndex } from '../entities/search/search-index.ts';
import { sumUpEntityCounts } from '../entities/write-lane/entity-counts.ts';
import { PlannerStatistics } from '../entities/write-lane/planner-statistics.ts';
import { RetentionJob } from '../history/retention/retention-job.ts';
import { RollupJob } from '../history/rollups/rollup-job.ts';
import { ensureHistoryPartitions } from '../history/tables/history-partitions.ts';
import { IndexAdviser } from '../indexes/index-adviser.ts';
import type { BrokerOptions } from '../options.ts';
import { SqlViews } from '../sql-views/sql-views.ts';
import type { Foundation } from './foundation.ts';

/** Maintenance of the database. */
export interface UpkeepArea {
  readonly maintenance: PlannerStatistics;
  readonly rollups: RollupJob;
  readonly retention: RetentionJob;
  readonly adviser: IndexAdviser;
  readonly views: SqlViews;
  readonly search: SearchIndex;
  /** Starts the recurring tasks. */
  start(): void;
  stop(): void;
}

const PARTITIONS_EVERY_MS = 24 * 60 * 60 * 1000;
const SUM_COUNTS_EVERY_MS = 10_000;
const FORGET_WORDS_EVERY_MS = 60 * 60 * 1000;

export async function openUpkeep({ db, nodes, log }: Foundation, options: BrokerOptions): Promise<UpkeepArea> {
  const maintenance = new PlannerStatistics(db, log);
  const rollups = new RollupJob(db, log);
  const retention = new RetentionJob(db, rollups, log);
  const adviser = new IndexAdviser(db, log, options.indexAdviser ?? 'auto');
  const views = new SqlViews(db, log);
  await views.start();
  const search = new SearchIndex(db, log, nodes);
  const timers: NodeJS.Timeout[] = [];
  const every = (ms: number, work: () => void) => timers.push(setInterval(work, ms).unref());
  return {
    maintenance,
    rollups,
    retention,
    adviser,
    views,
    search,
    start() {
      search.start();
      every(PARTITIONS_EVERY_MS, () => {
        ensureHistoryPartitions(db).catch((error) =>
          log.error(error, 'Could not create the next partitions of the history'),
        );
      });
      every(FORGET_WORDS_EVERY_MS, () => void search.forgetWords());
      every(SUM_COUNTS_EVERY_MS, () => {
        sumUpEntityCounts(db).catch((error) => log.warn(error, 'Could not sum up the counts of entities'));
      });
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
      maintenance.close();
    },
  };
}
