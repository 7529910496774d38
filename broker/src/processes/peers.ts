import { setTimeout as pause } from 'node:timers/promises';
import { outageOf } from '@alzette/kit/outage';
import { type Database, NAME_LOCKS } from '../database/database.ts';

const PROCESS_CHANNEL = 'broker_process';
/** The name of a killed process stays locked until the server notices its end. */
const NAME_TRIES = 10;
const NAME_PAUSE_MS = 100;
const MAX_PROCESSES = 1000;
/** Time for the other processes to learn of a new one before it writes. */
const GREETING_MS = 200;

const ENTER = `
  WITH entered AS (
    INSERT INTO broker_process (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET has_ended = false RETURNING name)
  SELECT send_message('${PROCESS_CHANNEL}', '') FROM entered`;

/** A separate statement, because the outbox of a cluster is on its nodes. */
const SELECT_OWING = 'SELECT DISTINCT owner FROM outbox WHERE owner = ANY ($1::text[])';

// Its notifications stay under the name, for the process that takes them over.
const LEAVE = `
  WITH ended AS (UPDATE broker_process SET has_ended = true WHERE name = ANY ($2::text[])),
    gone AS (DELETE FROM broker_process WHERE name = ANY ($1::text[]) AND name <> ALL ($2::text[]))
  SELECT send_message('${PROCESS_CHANNEL}', '')`;

const FORGET_DONE = `
  DELETE FROM broker_process p
  WHERE p.name = ANY ($1::text[]) AND p.name <> ALL ($2::text[]) RETURNING p.name`;

const IS_ANY_RUNNING = `
  SELECT EXISTS (
    SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database() AND l.objsubid = 2
      AND l.classid = ${NAME_LOCKS}) AS is_any`;

// After a restart of the server, running processes need a moment to lock their names again.
const SELECT_OTHERS = `
  SELECT p.name, p.has_ended, pg_postmaster_start_time() > now() - interval '15 seconds' AS is_early,
    EXISTS (
      SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database() AND l.objsubid = 2
        AND l.classid = ${NAME_LOCKS} AND l.objid::bigint = hashtext(p.name)::bigint & 4294967295) AS is_alive
  FROM broker_process p WHERE p.name <> $1`;

/** Whether any process runs on the database, which may not have our tables yet. */
export async function isAnyRunning(db: Database): Promise<boolean> {
  return (await db.query<{ is_any: boolean }>({ text: IS_ANY_RUNNING })).rows[0]?.is_any === true;
}

interface OtherRow {
  name: string;
  has_ended: boolean;
  is_early: boolean;
  is_alive: boolean;
}

type Unlock = () => Promise<void>;

/**
 * The processes on one database. Each has a unique name that it locks while it runs. When a process ends, another one
 * takes over its name and the notifications it was to send.
 */
export class Peers {
  readonly name: string;
  readonly #db: Database;
  /** The locks of its own name and of those taken over. */
  readonly #locks: Map<string, Unlock>;
  #names: readonly string[];
  #unlisten = async () => {};
  readonly #onTaken: ((names: readonly string[]) => Promise<void>)[] = [];
  #hasOtherProcesses = false;
  #count = 1;
  /**
   * Processes that were missing at the last check. A connection may just be broken, so only two checks in a row count.
   */
  #missed: ReadonlySet<string> = new Set();

  private constructor(db: Database, name: string, unlock: Unlock) {
    this.#db = db;
    this.name = name;
    this.#locks = new Map([[name, unlock]]);
    this.#names = [name];
  }

  /** @param wanted the name to use; if another process has it, a number is appended, e.g. `…#2` */
  static async join(db: Database, wanted: string): Promise<Peers> {
    const { name, unlock } = await lockFreeName(db, wanted);
    const peers = new Peers(db, name, unlock);
    peers.#unlisten = await db.listen(PROCESS_CHANNEL, () => void peers.#look().catch(() => {})); // see `takeOver`
    await db.query({ text: ENTER, values: [name] });
    const others = await peers.#look();
    if (others.some(({ is_alive }) => is_alive)) await pause(GREETING_MS);
    return peers;
  }

  /** Whether other processes write to the database, or notifications of one are still pending. */
  get hasOtherProcesses(): boolean {
    return this.#hasOtherProcesses;
  }

  /** The number of processes, including this one. */
  get count(): number {
    return this.#count;
  }

  /** Its own name and those taken over: their notifications are this process's to send. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Calls the listener with the names of processes that have ended, when this one has taken them over. */
  onTaken(listener: (names: readonly string[]) => Promise<void>): void {
    this.#onTaken.push(listener);
  }

  /** The names of the other running processes. */
  async living(): Promise<string[]> {
    const others = await this.#look();
    return others.filter(({ name, is_alive }) => is_alive && !this.#locks.has(name)).map(({ name }) => name);
  }

  /**
   * Takes over the names of processes that have ended or were missing twice in a row. Releases names whose
   * notifications are all sent. Returns the names newly taken over.
   */
  async takeOver(): Promise<string[]> {
    await this.#forgetDone();
    const others = (await this.#look()).filter(({ name }) => !this.#locks.has(name));
    const dead = others.filter(({ name, has_ended, is_alive, is_early }) => {
      return !is_alive && (has_ended || (!is_early && this.#missed.has(name)));
    });
    this.#missed = new Set(others.filter(({ is_alive, is_early }) => !is_alive && !is_early).map(({ name }) => name));
    const taken: string[] = [];
    for (const { name } of dead) {
      const unlock = await this.#db.lockName(name);
      if (unlock === undefined) continue; // another process was faster
      this.#locks.set(name, unlock);
      taken.push(name);
    }
    this.#names = [...this.#locks.keys()];
    if (taken.length > 0) for (const listener of this.#onTaken) await listener(taken);
    return taken;
  }

  async leave(): Promise<void> {
    await this.#unlisten();
    for (const unlock of this.#locks.values()) await unlock();
    await this.#db.query({ text: LEAVE, values: [this.#names, await this.#owing(this.#names)] });
  }

  /** The names with pending notifications; all names if a node of a cluster, which may have some, is unreachable. */
  async #owing(names: readonly string[]): Promise<readonly string[]> {
    try {
      const { rows } = await this.#db.query<{ owner: string }>({ text: SELECT_OWING, values: [names] });
      return rows.map(({ owner }) => owner);
    } catch (error) {
      if (outageOf(error) === 'node') return names;
      throw error;
    }
  }

  async #look(): Promise<OtherRow[]> {
    const { rows } = await this.#db.query<OtherRow>({ name: 'select-peers', text: SELECT_OTHERS, values: [this.name] });
    this.#hasOtherProcesses = rows.length > 0;
    this.#count = 1 + rows.filter(({ is_alive }) => is_alive).length;
    return rows;
  }

  async #forgetDone(): Promise<void> {
    const taken = this.#names.slice(1); // the first is its own
    if (taken.length === 0) return;
    const { rows } = await this.#db.query<{ name: string }>({
      text: FORGET_DONE,
      values: [taken, await this.#owing(taken)],
    });
    for (const { name } of rows) {
      await this.#locks.get(name)?.();
      this.#locks.delete(name);
    }
    this.#names = [...this.#locks.keys()];
  }
}

async function lockFreeName(db: Database, wanted: string): Promise<{ name: string; unlock: Unlock }> {
  for (let number = 1; number <= MAX_PROCESSES; number++) {
    const name = number === 1 ? wanted : `${wanted}#${number}`;
    for (let tries = number === 1 ? NAME_TRIES : 1; tries > 0; tries--) {
      const unlock = await db.lockName(name);
      if (unlock !== undefined) return { name, unlock };
      if (tries > 1) await pause(NAME_PAUSE_MS);
    }
  }
  throw new Error(`There are already ${MAX_PROCESSES} processes named ${wanted} on the database`);
}
