import { OUTAGES, type Outage, outageOf } from '../database/outage.ts';

/** Where an outage is reported. */
export interface OutageLog {
  error(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/** An outage of the database, or of single nodes of a cluster, that has not ended. */
interface Ongoing {
  readonly outage: Outage;
  readonly since: number;
  lastFailure: number;
  /** Whether the database has answered since the last failure. */
  answers: boolean;
  timesTold: number;
  /** By what failed. */
  readonly failures: Map<string, number>;
}

const LOOK_EVERY_MS = 1_000;
/** An outage has ended when the database answers and nothing has failed for this time; otherwise a flapping one fills the log. */
const SETTLED_MS = 2_000;
/** Without a way to ask the database, an outage has ended when nothing has failed for this time: loops retry more often. */
const QUIET_MS = 30_000;
const HOUR_MS = 3_600_000;
const STILL_AFTER_MS = [60_000, 600_000, HOUR_MS];
/** What failed is counted by its message; there are not more of them than this, unless one contains a value. */
const MAX_KINDS = 40;
const MAX_CAUSES = 5;

/** The failures that requests, not loops, report. */
const REQUESTS = 'requests';

/**
 * Reports an outage of the database once for the whole process: when it begins, while it lasts after 1, 10 and 60 minutes and then
 * every hour, and when it has ended, each time with the number of failures and without stacks.
 */
export class OutageReporter {
  readonly #now: () => number;
  readonly #ongoing = new Map<'database' | 'node', Ongoing>();
  #log: OutageLog | undefined;
  #look: (() => Promise<unknown>) | undefined;
  #isLooking = false;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param now a clock in milliseconds that never goes back */
  constructor(log?: OutageLog, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  /** The current problem of the whole database, as a sentence; undefined: none is known. */
  get reason(): string | undefined {
    const ongoing = this.#ongoing.get('database');
    return ongoing === undefined || ongoing.answers ? undefined : OUTAGES[ongoing.outage];
  }

  reportTo(log: OutageLog): void {
    this.#log = log;
  }

  /** From now on an outage has ended when `look` succeeds. */
  askBy(look: () => Promise<unknown>): void {
    this.#look = look;
    this.#isClosed = false;
  }

  /** Records a failure because of an outage. @param what a constant text */
  note(outage: Outage, error: unknown, what: string = REQUESTS): void {
    if (this.#isClosed) return;
    const key = outage === 'node' ? 'node' : 'database';
    const known = this.#ongoing.get(key);
    const ongoing = known ?? this.#begin(outage);
    ongoing.lastFailure = this.#now();
    ongoing.answers = false;
    const kind = ongoing.failures.has(what) || ongoing.failures.size < MAX_KINDS ? what : 'other';
    ongoing.failures.set(kind, (ongoing.failures.get(kind) ?? 0) + 1);
    if (known !== undefined) return;
    this.#ongoing.set(key, ongoing);
    this.#log?.error({ outage, cause: causeOf(error), firstFailure: what }, OUTAGES[outage]);
  }

  /** Ends the reports, when the database is closed. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #begin(outage: Outage): Ongoing {
    const now = this.#now();
    this.#timer ??= setInterval(() => void this.#check(), LOOK_EVERY_MS).unref();
    return { outage, since: now, lastFailure: now, answers: false, timesTold: 0, failures: new Map() };
  }

  async #check(): Promise<void> {
    const database = this.#ongoing.get('database');
    if (database !== undefined && this.#look !== undefined) await this.#ask(database, this.#look);
    for (const [key, ongoing] of this.#ongoing) {
      const quietMs = this.#now() - ongoing.lastFailure;
      const hasEnded = ongoing.answers ? quietMs >= SETTLED_MS : !this.#canAsk(key) && quietMs >= QUIET_MS;
      if (hasEnded) this.#end(key, ongoing);
      else this.#tellStill(ongoing);
    }
  }

  #canAsk(key: 'database' | 'node'): boolean {
    return key === 'database' && this.#look !== undefined;
  }

  async #ask(ongoing: Ongoing, look: () => Promise<unknown>): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const failuresBefore = ongoing.lastFailure;
    try {
      await look();
      ongoing.answers = ongoing.lastFailure === failuresBefore;
    } catch {
      ongoing.answers = false;
    } finally {
      this.#isLooking = false;
    }
  }

  #end(key: 'database' | 'node', ongoing: Ongoing): void {
    this.#ongoing.delete(key);
    if (this.#ongoing.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    const message =
      key === 'node' ? 'All nodes of the database can be reached again' : 'The database is available again';
    this.#log?.info(this.#stateOf(ongoing), message);
  }

  #tellStill(ongoing: Ongoing): void {
    const { timesTold, since, outage } = ongoing;
    const later = HOUR_MS * (timesTold - STILL_AFTER_MS.length + 2);
    if (this.#now() - since < (STILL_AFTER_MS[timesTold] ?? later)) return;
    ongoing.timesTold++;
    this.#log?.error(this.#stateOf(ongoing), `${OUTAGES[outage]}, still`);
  }

  #stateOf({ outage, since, failures }: Ongoing): object {
    const { [REQUESTS]: failedRequests = 0, ...failed } = Object.fromEntries(failures);
    return { outage, seconds: Math.round((this.#now() - since) / 100) / 10, failedRequests, failed };
  }
}

/**
 * The outage behind an error, also if the broker told it in an answer, or a library has copied the error into another object.
 * Undefined: the cause is another one.
 */
export function outageBehind(error: unknown): Outage | undefined {
  let cause = error;
  for (let left = MAX_CAUSES; left > 0 && typeof cause === 'object' && cause !== null; left--) {
    const outage = outageOf(cause instanceof Error ? cause : Object.assign(new Error(), cause)) ?? outageTold(cause);
    if (outage !== undefined) return outage;
    cause = 'cause' in cause ? cause.cause : undefined;
  }
  return undefined;
}

/** By the detail of a ProblemDetails. */
function outageTold(error: object): Outage | undefined {
  const problem = 'problem' in error ? error.problem : undefined;
  if (typeof problem !== 'object' || problem === null || !('detail' in problem)) return undefined;
  const detail = String(problem.detail);
  return (Object.keys(OUTAGES) as Outage[]).find((outage) => detail.startsWith(OUTAGES[outage]));
}

function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
