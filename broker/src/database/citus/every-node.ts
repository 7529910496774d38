import { NODE_AWAY } from '@alzette/kit/outage';
import type { Database, Queryable, Statement } from '../database.ts';
import { DatabaseUnavailable, sqlState } from '../database-errors.ts';
import { acrossShards } from './shard-text.ts';

/** A node, and its shards of each distributed table. */
interface Keeper {
  /** As Citus numbers it. */
  readonly groupId: number;
  readonly host: string;
  readonly port: number;
  readonly shards: ReadonlyMap<string, readonly string[]>;
}

/** What a server of a cluster answered. */
export interface OfServer<Row> {
  /** As Citus numbers it; 0: the coordinator. */
  readonly groupId: number;
  readonly rows: Row[];
}

interface Late {
  readonly statement: Statement;
  readonly onRows: (rows: unknown[]) => void;
  /** Before the tenants of the node are served. */
  readonly isNeeded: boolean;
}

const SELECT_KEEPERS = `
  SELECT n.groupid AS "groupId", n.nodename AS host, n.nodeport AS port, s.logicalrelid::regclass::text AS name,
    array_agg(s.shardid::text) AS shards
  FROM pg_dist_shard s
  JOIN pg_dist_placement p ON p.shardid = s.shardid
  JOIN pg_dist_node n ON n.groupid = p.groupid AND n.noderole = 'primary' AND n.isactive
  WHERE s.shardminvalue IS NOT NULL
  GROUP BY 1, 2, 3, 4`;

const COORDINATOR = 0;
const KNOWN_FOR_MS = 30_000;
const ASK_AGAIN_MS = 1_000;
/** A shard has moved: it is no longer there, or no longer the one that counts. */
const MOVED = new Set(['22012', '42P01']);

interface Log {
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/**
 * Reads of all tenants of a cluster, asked of each node by itself: the coordinator and Citus's planner have no part in them, and
 * a node that is away takes only its own tenants with it.
 *
 * What a process has to know of all tenants before it serves them, it may read late of a node that is away when it starts. Until
 * then the tenants of that node are not served.
 */
export class EveryNode {
  readonly #base: Database;
  readonly #nodeOf: (host: string, port: number) => Queryable;
  readonly #log: Log | undefined;
  #keepers: { readonly found: Promise<readonly Keeper[]>; readonly until: number } | undefined;
  /** What is to be read of nodes that were away, by group. */
  readonly #late = new Map<number, Late[]>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(base: Database, nodeOf: (host: string, port: number) => Queryable, log?: Log) {
    this.#base = base;
    this.#nodeOf = nodeOf;
    this.#log = log;
  }

  /** @throws DatabaseUnavailable: its tenants are not served yet */
  admit(groupId: number): void {
    if (this.#late.get(groupId)?.some(({ isNeeded }) => isNeeded) !== true) return;
    const cause = Object.assign(new Error('A node was away at the start'), { code: NODE_AWAY });
    throw new DatabaseUnavailable(false, cause);
  }

  /** Whether tenants of some node are not served yet. */
  get isWaiting(): boolean {
    return this.#late.size > 0;
  }

  /** Those of nodes that are away are missing. @param statement what it returns of several nodes is put together */
  async rows<Row>(statement: Statement): Promise<Row[]> {
    return (await this.#ask<Row>(statement)).rows;
  }

  /**
   * All of them.
   *
   * @param onLate called with those of a node that is away, when it is back
   *
   * @param isNeeded whether the tenants of that node are not served before
   */
  async allRows<Row>(statement: Statement, onLate: (rows: Row[]) => void, { isNeeded = true } = {}): Promise<Row[]> {
    const { rows, away } = await this.#ask<Row>(statement);
    for (const groupId of away) {
      const late = this.#late.get(groupId) ?? [];
      if (late.length === 0) this.#log?.warn({ groupId }, 'A node is away: its tenants are served when it is back');
      const onRows = onLate as Late['onRows']; // it gets rows of its own statement
      this.#late.set(groupId, [...late, { statement, onRows, isNeeded }]);
    }
    if (away.length > 0) this.#askLater();
    return rows;
  }

  /** A statement as each server answers it by itself, the coordinator, too. @throws DatabaseUnavailable: one is away */
  async servers<Row>(statement: Statement): Promise<OfServer<Row>[]> {
    const workers = (await this.#find()).filter(({ groupId }) => groupId !== COORDINATOR);
    const ask = async (groupId: number, server: Queryable): Promise<OfServer<Row>> => ({
      groupId,
      rows: (await server.query<Row>(statement)).rows,
    });
    return Promise.all([
      ask(COORDINATOR, this.#base),
      ...workers.map(({ groupId, host, port }) => ask(groupId, this.#nodeOf(host, port))),
    ]);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #ask<Row>(statement: Statement): Promise<{ rows: Row[]; away: number[] }> {
    for (let isAgain = false; ; isAgain = true) {
      const keepers = await this.#find();
      try {
        const rows: Row[] = [];
        const away: number[] = [];
        const asked = keepers.map(async (keeper) => {
          const found = this.#late.has(keeper.groupId) ? undefined : await this.#rowsOf<Row>(keeper, statement);
          if (found === undefined) away.push(keeper.groupId);
          else for (const row of found) rows.push(row);
        });
        await Promise.all(asked);
        return { rows, away };
      } catch (error) {
        if (isAgain || !MOVED.has(sqlState(error))) throw error;
        this.#keepers = undefined;
      }
    }
  }

  /** Undefined: the node is away. */
  async #rowsOf<Row>({ host, port, groupId, shards }: Keeper, statement: Statement): Promise<Row[] | undefined> {
    const { name: _, ...unnamed } = statement;
    const text = acrossShards(statement.text, shards, groupId);
    try {
      return (await this.#nodeOf(host, port).query<Row>({ ...unnamed, text })).rows;
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return undefined;
      throw error;
    }
  }

  #find(): Promise<readonly Keeper[]> {
    const now = performance.now();
    if (this.#keepers === undefined || this.#keepers.until < now) {
      const found = this.#select();
      this.#keepers = { found, until: now + KNOWN_FOR_MS };
      found.catch(() => {
        this.#keepers = undefined;
      });
    }
    return this.#keepers.found;
  }

  async #select(): Promise<Keeper[]> {
    type Row = Pick<Keeper, 'groupId' | 'host' | 'port'> & { readonly name: string; readonly shards: string[] };
    const { rows } = await this.#base.query<Row>({ name: 'keepers-of-shards', text: SELECT_KEEPERS });
    return [...Map.groupBy(rows, ({ groupId }) => groupId).values()].flatMap((tables) => {
      const [first] = tables;
      if (first === undefined) return [];
      const shards = new Map(tables.map((table) => [table.name, table.shards]));
      return [{ groupId: first.groupId, host: first.host, port: first.port, shards }];
    });
  }

  #askLater(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#readLate(), ASK_AGAIN_MS);
    this.#timer.unref();
  }

  async #readLate(): Promise<void> {
    this.#keepers = undefined;
    const keepers = await this.#find().catch(() => undefined);
    for (const groupId of keepers === undefined ? [] : [...this.#late.keys()]) {
      const keeper = keepers?.find((each) => each.groupId === groupId);
      // Without a keeper it is no longer a node of the cluster.
      const isRead = keeper === undefined || (await this.#readOf(keeper).catch(() => false));
      if (!isRead) continue;
      this.#late.delete(groupId);
      this.#log?.info({ groupId }, 'A node is back, and its tenants are served');
    }
    if (this.isWaiting) this.#askLater();
  }

  async #readOf(keeper: Keeper): Promise<boolean> {
    const late = this.#late.get(keeper.groupId) ?? [];
    const found: unknown[][] = [];
    for (const { statement } of late) {
      const rows = await this.#rowsOf<unknown>(keeper, statement);
      if (rows === undefined) return false;
      found.push(rows);
    }
    // What was added meanwhile is read next time.
    if (this.#late.get(keeper.groupId)?.length !== late.length) return false;
    for (const [n, { onRows }] of late.entries()) onRows(found[n] ?? []);
    return true;
  }
}
