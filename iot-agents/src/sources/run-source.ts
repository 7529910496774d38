import type { Logger } from 'pino';
import type { Database, Queryable } from '../database.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { sourceTopic } from '../inbox/source-message.ts';
import type { Outgoing } from '../outgoing/outgoing.ts';
import { SourceError } from '../outgoing/remote-error.ts';
import type { HarvestedItem } from './items/harvest.ts';
import type { Upload } from './items/source-kind.ts';
import { takeNew } from './items/take-new.ts';
import type { Source } from './kinds.ts';
import { kindOf } from './kinds.ts';
import type { Run, RunReport } from './run-report.ts';
import { nextRun } from './schedule.ts';
import type { SourceRow } from './source-rows.ts';
import * as rows from './source-rows.ts';

export const LEASE_S = 60;

export interface RunParts {
  readonly db: Database;
  readonly inbox: Inbox;
  readonly outgoing: Outgoing;
  readonly logger: Logger;
  /** Aborted at shutdown. */
  readonly signal: AbortSignal;
  /** Called when the items of a run are stored. */
  readonly onTaken: (source: Source, items: readonly HarvestedItem[]) => Promise<void>;
}

/** A source that this process has leased, in stored form and with its secrets. */
interface LeasedSource {
  readonly row: SourceRow;
  readonly complete: Source;
  readonly lease: string;
  readonly upload?: Upload;
}

/** Reads a source, stores new items, and records the result. Rejects if the lease or the database is lost. */
export async function runSource(parts: RunParts, leased: LeasedSource): Promise<Run> {
  const { db, logger, signal } = parts;
  const { row, lease } = leased;
  const { id } = row.source;
  const startedAt = new Date();
  const lost = new AbortController();
  const renewing = setInterval(
    () => {
      rows.renew(db, lease, LEASE_S, id).then(
        (held) => held || lost.abort(leaseLost()),
        () => undefined,
      );
    },
    (LEASE_S * 1000) / 3,
  );
  try {
    const { report, state } = await harvestAndTake(parts, leased, AbortSignal.any([signal, lost.signal]));
    return await finish(db, leased, { startedAt, report, state, failures: 0 });
  } catch (cause) {
    if (!(cause instanceof SourceError)) throw cause;
    logger.warn({ source: id, reason: cause.message }, 'a source could not be read');
    const nothing = { rows: 0, taken: 0, known: 0, refused: 0, problems: [] };
    const report: RunReport = { outcome: 'failed', ...nothing, message: cause.message };
    const failures = row.failures + 1;
    return await finish(db, leased, { startedAt, report, state: row.state, failures, notBefore: cause.notBefore });
  } finally {
    clearInterval(renewing);
  }
}

async function harvestAndTake(
  { db, inbox, outgoing, onTaken }: RunParts,
  { row, complete, lease, upload }: LeasedSource,
  signal: AbortSignal,
): Promise<{ readonly report: RunReport; readonly state: SourceRow['state'] }> {
  const { source, state } = row;
  const { id, tenant = '' } = source;
  const harvest = await kindOf(source).harvest(complete, {
    db,
    outgoing,
    state,
    signal,
    map: undefined,
    isPreview: false,
    ...(upload === undefined ? {} : { upload }),
  });
  const { items, problems, refused, unchanged, store, forgets } = harvest;
  if (store !== undefined) await whileLeased(db, lease, id, store);
  // In order of time, because anything out of order would count as late.
  const inOrder = [...items].sort((a, b) => (a.moment ?? '').localeCompare(b.moment ?? ''));
  const taken = await inbox.inTurn(() =>
    whileLeased(db, lease, id, (tx) => takeNew(tx, id, sourceTopic(id), tenant, inOrder, forgets)),
  );
  await onTaken(source, items);
  const unsettled = await harvest.settle?.().then(
    () => undefined,
    (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)),
  );
  const report: RunReport = {
    outcome: unchanged === true ? 'unchanged' : 'ok',
    rows: harvest.rows,
    taken,
    known: items.length - taken,
    refused,
    problems,
    ...(unsettled === undefined ? {} : { message: unsettled }),
  };
  return { report, state: harvest.state };
}

async function finish(
  db: Database,
  { row, lease, upload }: LeasedSource,
  run: {
    readonly startedAt: Date;
    readonly report: RunReport;
    readonly state: SourceRow['state'];
    readonly failures: number;
    readonly notBefore?: Date | undefined;
  },
): Promise<Run> {
  const { id, tenant = '', schedule, enabled } = row.source;
  const { notBefore, ...done } = run;
  return whileLeased(db, lease, id, (tx) => {
    const due = enabled === false ? undefined : nextRun(schedule, new Date(), run.failures, notBefore);
    // An uploaded file does not change the schedule.
    const nextRunAt = upload === undefined ? due : row.nextRunAt === null ? undefined : new Date(row.nextRunAt);
    return rows.finishRun(tx, { lease, source: id, tenant, nextRunAt, ...done });
  });
}

/** @throws SourceError another process has taken over the source */
function whileLeased<T>(db: Database, lease: string, id: string, work: (tx: Queryable) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    if (!(await rows.holds(tx, lease, id))) throw leaseLost();
    return work(tx);
  });
}

function leaseLost(): SourceError {
  return new SourceError('another process has taken it over');
}
