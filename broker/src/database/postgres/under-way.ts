import type { Socket } from 'node:net';
import type pg from 'pg';
import { sqlState } from '../database-errors.ts';

const LOOK_EVERY_MS = 1_000;
/** A statement without an answer so long is asked after. */
const ASKED_AFTER_MS = 3_000;
/** Where nobody can be asked after it, it is given up. */
const GIVEN_UP_AFTER_MS = 6_000;
const ASK_WITHIN_MS = 2_500;

const ACTIVE = `
  SELECT pid, wait_event IS NOT DISTINCT FROM 'SyncRep' AS "waitsForStandby" FROM pg_stat_activity
  WHERE pid = ANY ($1::int[]) AND state IN ('active', 'fastpath function call', 'disabled')`;
/** Of a statement, by the process that works on it. */
export const CANCEL = 'SELECT pg_cancel_backend($1)';

interface Backend {
  readonly pid: number;
  readonly waitsForStandby: boolean;
}

interface Running {
  since: number;
  statements: number;
}

/** What of its own `pg` does not tell. */
export interface Innards {
  readonly processID: number | null;
  readonly connection: { readonly stream: Socket };
}

/**
 * Looks after statements that have no answer for seconds. A network that was cut, or an address that leads to another server
 * since, ends no connection: nobody would ever answer. Where the server does not know of the statement, or no server can be
 * asked, its connection is ended, and it fails as one that was lost. One that waits for a standby to have it is cancelled
 * in time: by then it is committed here alone (see `noteUnreplicated`).
 */
export class UnderWay {
  readonly #makeClient: () => pg.Client;
  readonly #standbyWithinMs: number;
  readonly #running = new Map<pg.ClientBase, Running>();
  /** Connections that PostgreSQL itself has at the other end, and no pooler. */
  readonly #pids = new WeakMap<pg.ClientBase, number>();
  /** Since when the statement runs that the server did not know of when it was last asked: once, its answer may be on its way. */
  readonly #missed = new WeakMap<pg.ClientBase, number>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;

  /** @param standbyWithinMs how long a commit may wait for standbys */
  constructor(makeClient: () => pg.Client, standbyWithinMs: number) {
    this.#makeClient = makeClient;
    this.#standbyWithinMs = standbyWithinMs;
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** @param pid as the server names the connection in a query */
  isDirect(client: pg.ClientBase, pid: number): void {
    const { processID } = client as unknown as Innards;
    if (processID === pid) this.#pids.set(client, pid);
  }

  begun(client: pg.ClientBase): void {
    const running = this.#running.get(client);
    if (running === undefined) this.#running.set(client, { since: performance.now(), statements: 1 });
    else running.statements++;
  }

  ended(client: pg.ClientBase): void {
    const running = this.#running.get(client);
    if (running === undefined) return;
    running.statements--;
    // The next of those on one connection has waited for those before it.
    running.since = performance.now();
    if (running.statements === 0) this.#running.delete(client);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const now = performance.now();
    const late = [...this.#running].filter(([, { since }]) => now - since > ASKED_AFTER_MS);
    if (late.length === 0) return;
    const sinceOf = new Map(late.map(([client, { since }]) => [client, since]));
    const isSame = (client: pg.ClientBase) => this.#running.get(client)?.since === sinceOf.get(client);
    const client = this.#makeClient();
    client.on('error', () => {});
    try {
      await client.connect();
      const pids = late.flatMap(([each]) => this.#pids.get(each) ?? []);
      const { rows } = await client.query<Backend>(ACTIVE, [pids]);
      const backends = new Map(rows.map((row) => [row.pid, row]));
      for (const [each, { since }] of late) {
        const pid = this.#pids.get(each);
        if (pid === undefined || !isSame(each)) continue;
        const backend = backends.get(pid);
        if (backend === undefined && this.#missed.get(each) === since) endConnection(each);
        else if (backend === undefined) this.#missed.set(each, since);
        else if (backend.waitsForStandby && now - since > this.#standbyWithinMs) await client.query(CANCEL, [pid]);
      }
    } catch (error) {
      if (sqlState(error) !== '') return; // it is there, and has no connection left, or starts
      for (const [each, { since }] of late)
        if (isSame(each) && performance.now() - since > GIVEN_UP_AFTER_MS) endConnection(each);
    } finally {
      client.end().catch(() => {}); // it may be there no more
    }
  }
}

/** A client to ask by, which fails soon. */
export function askingClient(Client: typeof pg.Client, config: pg.ClientConfig): pg.Client {
  return new Client({ ...config, connectionTimeoutMillis: ASK_WITHIN_MS, query_timeout: ASK_WITHIN_MS });
}

/** Ends it at once, whatever is under way. */
export function endConnection(client: pg.ClientBase): void {
  (client as unknown as Innards).connection.stream.destroy();
}

const UNREPLICATED = 'SyncRepWaitForLSN';

/**
 * Hears on a connection that a commit was not waited for until standbys had it: the server answers it as done, and has it
 * alone. Answers whether that was so since it was last asked.
 */
export function noteUnreplicated(client: pg.ClientBase): () => boolean {
  let isAlone = false;
  client.on('notice', ({ routine }) => {
    if (routine === UNREPLICATED) isAlone = true;
  });
  return () => {
    const was = isAlone;
    isAlone = false;
    return was;
  };
}
