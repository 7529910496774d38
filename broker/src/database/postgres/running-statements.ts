import type { Socket } from 'node:net';
import type pg from 'pg';
import { sqlState } from '../database-errors.ts';

const LOOK_EVERY_MS = 1_000;
/** After this time without an answer, the server is asked whether it is executing the statement. */
const ASKED_AFTER_MS = 3_000;
/** After this time the statement is given up, if no server can be reached. */
const GIVEN_UP_AFTER_MS = 6_000;
/**
 * The same if connections are accepted, but no question was answered. The server may be overloaded; then ending long statements,
 * which are retried, would overload it more.
 */
const SILENT_GIVEN_UP_AFTER_MS = 20_000;
const ASK_WITHIN_MS = 2_500;

const ACTIVE = `
  SELECT pid, wait_event IS NOT DISTINCT FROM 'SyncRep' AS "waitsForStandby" FROM pg_stat_activity
  WHERE pid = ANY ($1::int[]) AND state IN ('active', 'fastpath function call', 'disabled')`;
/** Cancels a statement by the server process that executes it. */
export const CANCEL = 'SELECT pg_cancel_backend($1)';

interface Backend {
  readonly pid: number;
  readonly waitsForStandby: boolean;
}

interface Running {
  since: number;
  statements: number;
}

/** Members of a `pg` client that its types don't have. */
export interface ClientInternals {
  readonly processID: number | null;
  readonly connection: { readonly stream: Socket };
}

/**
 * Watches statements that have had no answer for seconds. If the network was cut, or the address has moved to another
 * server, the connection stays open and no answer ever arrives. If the server does not know the statement, or no server
 * can be asked for some time, the connection is closed, and the statement fails like one whose connection was lost. A commit that
 * waits too long for a standby is cancelled. It is then committed on the primary only (see `noteUnreplicated`).
 */
export class RunningStatements {
  readonly #makeClient: () => pg.Client;
  readonly #standbyWithinMs: number;
  readonly #running = new Map<pg.ClientBase, Running>();
  /** Connections that lead to PostgreSQL itself, not to a pooler. */
  readonly #pids = new WeakMap<pg.ClientBase, number>();
  /**
   * The start of the statement that the server did not know at the last check. The first time this is tolerated,
   * because the answer may be in transit.
   */
  readonly #missed = new WeakMap<pg.ClientBase, number>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  /** The start of the first of the latest consecutive checks without an answer. */
  #silentSince: number | undefined;

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
    const { processID } = client as unknown as ClientInternals;
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
    // The next statement on the connection only starts now.
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
    let isReached = false;
    (client as unknown as ClientInternals).connection.stream.once('connect', () => {
      isReached = true;
    });
    try {
      await client.connect();
      const pids = late.flatMap(([each]) => this.#pids.get(each) ?? []);
      const { rows } = await client.query<Backend>(ACTIVE, [pids]);
      this.#silentSince = undefined;
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
      if (sqlState(error) !== '') {
        this.#silentSince = undefined;
        return; // the server answers, but has no free connection or is starting
      }
      this.#silentSince ??= now;
      const [limit, silentSince] = isReached ? [SILENT_GIVEN_UP_AFTER_MS, this.#silentSince] : [GIVEN_UP_AFTER_MS, 0];
      for (const [each, { since }] of late)
        if (isSame(each) && performance.now() - Math.max(since, silentSince) > limit) endConnection(each);
    } finally {
      client.end().catch(() => {}); // the server may be unreachable
    }
  }
}

/** A client for asking the server, with short timeouts. */
export function askingClient(Client: typeof pg.Client, config: pg.ClientConfig): pg.Client {
  return new Client({ ...config, connectionTimeoutMillis: ASK_WITHIN_MS, query_timeout: ASK_WITHIN_MS });
}

/** Closes the connection at once, even if a statement is in progress. */
export function endConnection(client: pg.ClientBase): void {
  (client as unknown as ClientInternals).connection.stream.destroy();
}

const UNREPLICATED = 'SyncRepWaitForLSN';

/**
 * Notes when a commit stopped waiting for the standbys: the server confirms it, but only the primary has it. The
 * returned function tells whether that has happened since its last call.
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
