import type { Database } from '../../database/database.ts';
import { type RollupState, rollupState } from '../rollups/history-rollups.ts';
import { type HistoryTable, historyTables, isHypertable } from '../tables/history-tables.ts';
import type { RetentionJob } from './retention-job.ts';
import { putPolicy, type RetentionPolicy, removePolicy, selectPolicies } from './retention-policies.ts';
import { type RetentionRun, selectRuns } from './retention-runs.ts';

const SHOWN_RUNS = 20;

/** How the history is currently stored. */
interface HistoryReport {
  readonly storage: 'partitions' | 'hypertable';
  readonly rollups: RollupState;
  readonly partitions: readonly HistoryTable[];
  readonly runs: readonly RetentionRun[];
}

/** Operator functions on the storage of history. */
export class HistoryKeeping {
  readonly #db: Database;
  readonly #retention: RetentionJob;

  constructor(db: Database, retention: RetentionJob) {
    this.#db = db;
    this.#retention = retention;
  }

  async report(): Promise<HistoryReport> {
    const [hypertable, rollups, partitions, runs] = await Promise.all([
      isHypertable(this.#db),
      rollupState(this.#db),
      historyTables(this.#db),
      this.runs(),
    ]);
    return { storage: hypertable ? 'hypertable' : 'partitions', rollups, partitions, runs };
  }

  policies(tenant: string): Promise<RetentionPolicy[]> {
    return selectPolicies(this.#db, tenant);
  }

  setPolicy(tenant: string, policy: RetentionPolicy): Promise<void> {
    return putPolicy(this.#db, tenant, policy);
  }

  removePolicy(tenant: string, type: string, attribute: string): Promise<boolean> {
    return removePolicy(this.#db, tenant, type, attribute);
  }

  runs(): Promise<RetentionRun[]> {
    return selectRuns(this.#db, SHOWN_RUNS);
  }

  startRun(): Promise<number | undefined> {
    return this.#retention.start();
  }

  stopRun(): Promise<boolean> {
    return this.#retention.stop();
  }
}
