import { setTimeout as pause } from 'node:timers/promises';
import { outageOf } from '@alzette/kit/outage';
import { steadyClock } from '../../clock/steady-clock.ts';
import { isByTenant, mayHaveMoved } from '../../database/citus/by-tenant.ts';
import type { TenantNodes } from '../../database/citus/tenant-nodes.ts';
import type { Database, Queryable } from '../../database/database.ts';
import {
  DatabaseUnavailable,
  isDataError,
  isRetryable,
  StatementTimeout,
  sqlState,
} from '../../database/database-errors.ts';
import type { EntityChange } from '../../model/change.ts';
import { documentOf } from '../../model/document.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { shown } from '../../model/values.ts';
import type { TenantQuotas } from '../../tenants/quotas/quota.ts';
import type { Quotas } from '../../tenants/quotas/quotas.ts';
import type { EntityCache, StoredEntity } from './entity-cache.ts';
import { type DecidedEntity, decideAll, type Task } from './lane-decisions.ts';
import type { EntityStatements, EntityWrite } from './lane-statements.ts';
import { findWritten } from './lost-answer.ts';
import { QuotaReservation } from './quota-reservation.ts';
import type { ChangeListener, OutboxEntry, Outcome } from './write-lane.ts';

const MAX_ROUNDS = 100;
const MAX_FAILURES = 5;
/** The share of the statement timeout in which failed attempts are retried. */
const RETRIED_FOR = 0.8;
/** The time for finding out a lost outcome, from the start of the statement, as a multiple of the statement timeout. */
const SETTLED_FOR = 1.5;
/** A server that has restarted takes some seconds to recover. */
const LOOK_WITHIN_MS = 6_000;
const LOOK_AT_LEAST_MS = 500;
const NOT_IN_TIME = 'The database did not complete the write in time, so it was cancelled';

/** One entity with all writes on it that share the next transaction. */
export interface Job {
  readonly key: string;
  readonly tenant: string;
  readonly id: string;
  readonly tasks: readonly Task[];
}

export interface LaneParts {
  readonly db: Database;
  /** Absent: all writes go to `db`. */
  readonly nodes: TenantNodes | undefined;
  readonly cache: EntityCache;
  readonly listener: ChangeListener;
  readonly statements: EntityStatements;
  readonly recordsHistory: boolean;
  /** Absent: tenants have no quotas. */
  readonly quotas: Quotas | undefined;
  /**
   * The timeout of each statement: half of the time limit of a write, because a write may have to wait for its turn
   * first.
   */
  statementMs: number;
  now(): Date;
  /** Called when the database does not respond, so that writes that have waited long fail at once. */
  onOutage(error: unknown): void;
}

/** Runs a batch and settles every task with its own outcome. Never throws. */
export async function runBatch(parts: LaneParts, jobs: readonly Job[]): Promise<void> {
  if (isByTenant(parts.db)) {
    const tenants = Map.groupBy(jobs, ({ tenant }) => tenant);
    if (tenants.size > 1) {
      await Promise.all([...tenants.values()].map((ofTenant) => runBatch(parts, ofTenant)));
      return;
    }
  }
  // All processes lock rows in the same order, so that two batches seldom wait for each other.
  let open: readonly Job[] = [...jobs].sort((a, b) => (a.key < b.key ? -1 : 1));
  let failures = 0;
  const deadline = performance.now() + RETRIED_FOR * parts.statementMs;
  for (let round = 0; open.length > 0; round++) {
    try {
      open = await attempt(parts, open, round === 0);
      if (round < MAX_ROUNDS) continue;
      return fail(
        parts,
        open,
        new NgsiLdError('InternalError', 'Too many conflicts: other processes keep writing the same entity'),
      );
    } catch (error) {
      const isMoved = mayHaveMoved(parts.db, error) && failures < MAX_FAILURES;
      if (!isMoved && isOneItemsFault(error)) return isolate(parts, open, error);
      if (!(isMoved || mayRetry(error)) || ++failures > MAX_FAILURES || performance.now() > deadline)
        return fail(parts, open, error);
    }
    await pause(2 ** failures * 10 * Math.random());
  }
}

/**
 * Runs one attempt and returns the jobs that are not done: another process wrote the entity, or the decision needs the
 * stored row.
 */
async function attempt(parts: LaneParts, jobs: readonly Job[], mayUseCache: boolean): Promise<Job[]> {
  if (jobs[0] !== undefined) await parts.nodes?.requireServed(jobs[0].tenant); // on a cluster all jobs are of one tenant
  const stored = await read(parts, jobs, mayUseCache);
  const at = timeOf(parts.now(), stored);
  const open: Job[] = [];
  const decisions: Decision[] = [];
  for (const [i, job] of jobs.entries()) {
    const { before, isUnsure } = stored[i] as Stored; // one for each job
    const decided = decideAll(job.tenant, before, job.tasks, at, parts.listener.notificationsOf);
    if (decided.changes.length > 0) decisions.push({ job, decided, write: writeOf(job, before, decided) });
    // Nothing will be written, so no version check would detect a wrong assumption. Decide again with the stored row.
    else if (isUnsure) open.push(job);
    else settle(job, decided.outcomes, open);
  }
  if (decisions.length > 0) await commit(parts, decisions, at, open);
  return open;
}

/**
 * Clocks of processes differ by seconds at most. A timestamp further ahead was not written recently by another process.
 */
const MOST_AHEAD_MS = 60_000;

/**
 * The time of the changes. It is not before the last change of these entities, which a process with a faster clock may
 * have written, so that the history stays in order.
 */
function timeOf(now: Date, stored: readonly Stored[]): string {
  const own = now.toISOString();
  let at = own;
  for (const { before } of stored) {
    const modifiedAt = before?.entity.modifiedAt ?? '';
    if (modifiedAt > at && Date.parse(modifiedAt) - now.getTime() < MOST_AHEAD_MS)
      at = new Date(modifiedAt).toISOString();
  }
  return at;
}

interface Stored {
  readonly before: StoredEntity | undefined;
  /** Taken from the cache, or assumed not to exist. */
  readonly isUnsure: boolean;
}

interface Decision {
  readonly job: Job;
  readonly decided: DecidedEntity;
  readonly write: EntityWrite;
}

async function read(
  { db, nodes, cache, statements, quotas, statementMs }: LaneParts,
  jobs: readonly Job[],
  mayUseCache: boolean,
): Promise<Stored[]> {
  const stored: Stored[] = [];
  const unknown: { tenant: string; id: string; place: number }[] = [];
  // With quotas, an optimistic write that fails would have reserved room, so it reads the row first.
  const isOptimistic = mayUseCache && !quotas?.limitsWrites;
  for (const [place, { key, tenant, id, tasks }] of jobs.entries()) {
    const before = mayUseCache ? cache.get(key) : undefined;
    const isGuessed = before === undefined && isOptimistic && tasks[0]?.decide.expectsNewEntity === true;
    stored.push({ before, isUnsure: before !== undefined || isGuessed });
    if (before === undefined && !isGuessed) unknown.push({ tenant, id, place });
  }
  if (unknown.length === 0) return stored;
  try {
    for (const [n, before] of await statements.read(nodes?.db ?? db, unknown, isByTenant(db), statementMs)) {
      const { place } = unknown[n] as { place: number };
      stored[place] = { before, isUnsure: false };
    }
  } catch (error) {
    // Nothing has been written yet, so the outcome is certain.
    throw error instanceof DatabaseUnavailable ? new DatabaseUnavailable(false, error.cause) : error;
  }
  return stored;
}

function writeOf({ tenant, id }: Job, before: StoredEntity | undefined, decided: DecidedEntity): EntityWrite {
  const { after, changes, past, entries } = decided;
  const version = before === undefined ? firstVersion() : before.version + 1;
  return { tenant, id, before, after, document: after && documentOf(after), version, changes, past, entries };
}

/** Microsecond clock; the last three digits are random, so that a re-created entity never reuses a version. */
export function firstVersion(): number {
  return steadyClock.now() * 1000 + Math.floor(Math.random() * 1000);
}

async function commit(parts: LaneParts, all: readonly Decision[], at: string, open: Job[]): Promise<void> {
  const isLimited = parts.quotas?.limitsWrites && all.some(({ job }) => limitsWrites(parts.quotas?.of(job.tenant)));
  const until = performance.now() + SETTLED_FOR * parts.statementMs;
  const { written, refused } = await (isLimited
    ? writeWithinQuotas(parts, all, at)
    : write(parts, parts.db, all, at)
  ).catch((error: unknown) => settleDoubt(parts, all, error, until));
  for (const [{ job, decided }, error] of refused) settle(job, refusedOutcomes(decided, error), open);
  const decisions = refused.size === 0 ? all : all.filter((decision) => !refused.has(decision));
  const done = decisions.filter(({ job }) => written.has(job.key));
  const changes: EntityChange[] = [];
  const entries: OutboxEntry[] = [];
  for (const { job, decided, write } of done) {
    const { document, version } = write;
    if (document === undefined) parts.cache.delete(job.key);
    else parts.cache.set(job.key, document, version);
    changes.push(...decided.changes);
    for (const entry of decided.entries) {
      entry.version = version;
      entries.push(entry);
    }
  }
  notifyListener(parts.listener, changes, entries);
  for (const { job, decided } of done) settle(job, decided.outcomes, open);
  if (done.length === decisions.length) return;
  for (const { job } of decisions) if (!written.has(job.key)) open.push(job);
}

interface Written {
  /** The keys of the entities written. */
  readonly written: ReadonlySet<string>;
  readonly refused: ReadonlyMap<Decision, unknown>;
}

const NONE: Written['refused'] = new Map();

async function write(
  { db: whole, nodes, statements, statementMs }: LaneParts,
  db: Queryable | Database,
  decisions: readonly Decision[],
  at: string,
): Promise<Written> {
  const writes = decisions.map((decision) => decision.write);
  const [first] = writes;
  if (first === undefined) return { written: new Set(), refused: NONE };
  const { tenant } = first;
  // A transaction of the coordinator can't contain a statement of a node.
  const node = isByTenant(whole) ? 'transaction' in db && (await nodes?.writerOf(tenant)) : db;
  if (node) return { written: await statements.write(node, writes, at, statementMs), refused: NONE };
  const writeInto = (tx: Queryable) => statements.writeOfTenant(tx, tenant, writes, at, statementMs);
  return { written: 'transaction' in db ? await db.transaction(writeInto) : await writeInto(db), refused: NONE };
}

/**
 * Finds out what was committed although the answer was lost.
 * @throws the given error if nothing is found: it may still be committed later
 */
async function settleDoubt(
  { db, listener }: LaneParts,
  decisions: readonly Decision[],
  error: unknown,
  until: number,
): Promise<Written> {
  if (!(error instanceof DatabaseUnavailable) || !error.inDoubt) throw error;
  const written = await findWritten(
    db,
    decisions.map((decision) => decision.write),
    Math.max(LOOK_AT_LEAST_MS, Math.min(LOOK_WITHIN_MS, until - performance.now())),
  );
  if (written.size > 0) return { written, refused: NONE };
  listener.uncertain?.(decisions.flatMap(({ decided }) => decided.entries));
  throw error;
}

function limitsWrites({ entities, historyRows }: TenantQuotas = {}): boolean {
  return entities !== undefined || historyRows !== undefined;
}

/** Writes for tenants with quotas. Writes that would exceed a quota are refused one by one. */
function writeWithinQuotas(parts: LaneParts, decisions: readonly Decision[], at: string): Promise<Written> {
  return parts.db.transaction(async (tx) => {
    const room = await QuotaReservation.hold(
      tx,
      decisions.map((decision) => decision.write),
      parts.recordsHistory,
    );
    const refused = new Map<Decision, unknown>();
    for (const decision of decisions) {
      try {
        room.take(decision.write);
      } catch (error) {
        refused.set(decision, error);
      }
    }
    const admitted = decisions.filter((decision) => !refused.has(decision));
    const { written } = await write(parts, tx, admitted, at);
    await room.note(admitted.filter(({ job }) => written.has(job.key)).map((decision) => decision.write));
    return { written, refused };
  });
}

/** A task that failed by itself keeps its own error. */
function refusedOutcomes({ outcomes }: DecidedEntity, error: unknown): Outcome<unknown>[] {
  return outcomes.map((outcome) => ('error' in outcome ? outcome : { error }));
}

/** The commit is final, so an error of a listener must not fail the writers. */
function notifyListener(
  listener: ChangeListener,
  changes: readonly EntityChange[],
  entries: readonly OutboxEntry[],
): void {
  if (changes.length === 0) return;
  try {
    listener.committed(changes, entries);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}

/** Tasks without an outcome stay open. */
function settle(job: Job, outcomes: readonly Outcome<unknown>[], open: Job[]): void {
  for (const [i, outcome] of outcomes.entries()) job.tasks[i]?.settle(outcome);
  if (outcomes.length < job.tasks.length) open.push({ ...job, tasks: job.tasks.slice(outcomes.length) });
}

function fail({ cache, onOutage }: LaneParts, jobs: readonly Job[], cause: unknown): void {
  const error = cause instanceof StatementTimeout ? new NgsiLdError('InternalError', NOT_IN_TIME, { cause }) : cause;
  for (const { key, tasks } of jobs) {
    cache.delete(key);
    for (const task of tasks) task.settle({ error });
  }
  const outage = outageOf(error);
  if (outage !== undefined && outage !== 'node') onOutage(error);
}

/** Data that was refused or an internal error concerns one item. A lost connection or a full disk concerns all. */
function isOneItemsFault(error: unknown): boolean {
  if (error instanceof StatementTimeout) return false;
  return isDataError(error) || (sqlState(error) === '' && !(error instanceof DatabaseUnavailable));
}

function mayRetry(error: unknown): boolean {
  return isRetryable(error) || (error instanceof DatabaseUnavailable && !error.inDoubt);
}

/** Splits the batch in halves until the faulty item is isolated. */
async function isolate(parts: LaneParts, jobs: readonly Job[], error: unknown): Promise<void> {
  const [job] = jobs;
  if (job === undefined) return;
  if (jobs.length > 1) {
    const half = Math.ceil(jobs.length / 2);
    await runBatch(parts, jobs.slice(0, half));
    await runBatch(parts, jobs.slice(half));
  } else if (job.tasks.length > 1) {
    for (const task of job.tasks) await runBatch(parts, [{ ...job, tasks: [task] }]);
  } else {
    fail(parts, jobs, isDataError(error) ? refused(job, error) : error);
  }
}

/**
 * A value that an earlier check should have refused. The database's message goes to the log only, because it reveals
 * tables and statements.
 */
function refused({ id }: Job, cause: unknown): NgsiLdError {
  process.emitWarning(cause instanceof Error ? cause : String(cause));
  const detail = `Entity ${shown(id)} can't be stored: the database refuses a value of it, expected values within its bounds`;
  return new NgsiLdError('BadRequestData', detail, { cause });
}
