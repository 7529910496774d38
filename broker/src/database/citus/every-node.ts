import { NODE_AWAY } from '@alzette/kit/outage';
import type { Database, Queryable, Statement } from '../database.ts';
import { DatabaseUnavailable, sqlState } from '../database-errors.ts';
import { acrossShards } from './shard-text.ts';

/** A node with its shards of each distributed table. */
interface NodeShards {
  /** The group id of the node in Citus. */
  readonly groupId: number;
  readonly host: string;
  readonly port: number;
  readonly shards: ReadonlyMap<string, readonly string[]>;
}

/** The answer of one server of a cluster. */
export interface ServerAnswer<Row> {
  /** The group id of the server in Citus; 0: the coordinator. */
  readonly groupId: number;
  readonly rows: Row[];
}

/** A read that could not be done while a node was unreachable. */
interface LateRead {
  readonly statement: Statement;
  readonly onRows: (rows: unknown[]) => void;
  /** Whether the tenants of the node are served only after this read. */
  readonly isNeeded: boolean;
}

const SELECT_NODES = `
  SELECT n.groupid AS "groupId", n.nodename AS host, n.nodeport AS port, s.logicalrelid::regclass::text AS name,
    array_agg(s.shardid::text) AS shards
  FROM pg_dist_shard s
  JOIN pg_dist_placement p ON p.shardid = s.shardid
  JOIN pg_dist_node n ON n.groupid = p.groupid AND n.noderole = 'primary' AND n.isactive
  WHERE s.shardminvalue IS NOT NULL
  GROUP BY 1, 2, 3, 4`;

const COORDINATOR = 0;
const NODES_VALID_MS = 30_000;
const RETRY_MS = 1_000;
/** The errors of `acrossShards` if a shard has moved. */
const MOVED = new Set(['22012', '42P01']);

interface Log {
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/**
 * Reads data of all tenants of a cluster from each node directly, without the coordinator and the planner of Citus. While a node
 * is unreachable, only the data of its tenants are missing.
 *
 * If a node is unreachable when a process starts, the process reads the data of its tenants later, and serves these tenants only
 * then.
 */
export class EveryNode {
  readonly #base: Database;
  readonly #nodeOf: (host: string, port: number) => Queryable;
  readonly #log: Log | undefined;
  #nodes: { readonly found: Promise<readonly NodeShards[]>; readonly until: number } | undefined;
  /** The reads to repeat, by group id of the node that was unreachable. */
  readonly #late = new Map<number, LateRead[]>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(base: Database, nodeOf: (host: string, port: number) => Queryable, log?: Log) {
    this.#base = base;
    this.#nodeOf = nodeOf;
    this.#log = log;
  }

  /** @throws DatabaseUnavailable: the tenants of the node are not served yet */
  requireServed(groupId: number): void {
    if (this.#late.get(groupId)?.some(({ isNeeded }) => isNeeded) !== true) return;
    const cause = Object.assign(new Error('A node was unreachable at the start'), { code: NODE_AWAY });
    throw new DatabaseUnavailable(false, cause);
  }

  /** Whether the tenants of at least one node are not served yet. */
  get isWaiting(): boolean {
    return this.#late.size > 0;
  }

  /** The rows of all nodes that can be reached. */
  async rows<Row>(statement: Statement): Promise<Row[]> {
    return (await this.#ask<Row>(statement)).rows;
  }

  /**
   * The rows of all nodes.
   *
   * @param onLate called with the rows of a node that was unreachable, as soon as they are read
   *
   * @param isNeeded whether the tenants of that node are served only after this
   */
  async allRows<Row>(statement: Statement, onLate: (rows: Row[]) => void, { isNeeded = true } = {}): Promise<Row[]> {
    const { rows, unreachable } = await this.#ask<Row>(statement);
    for (const groupId of unreachable) {
      const late = this.#late.get(groupId) ?? [];
      if (late.length === 0)
        this.#log?.warn({ groupId }, 'A node is unreachable: its tenants are served when it is reachable again');
      const onRows = onLate as LateRead['onRows']; // it gets the rows of this statement
      this.#late.set(groupId, [...late, { statement, onRows, isNeeded }]);
    }
    if (unreachable.length > 0) this.#retryLater();
    return rows;
  }

  /** The answers of all servers, including the coordinator. @throws DatabaseUnavailable: one is unreachable */
  async servers<Row>(statement: Statement): Promise<ServerAnswer<Row>[]> {
    const workers = (await this.#find()).filter(({ groupId }) => groupId !== COORDINATOR);
    const ask = async (groupId: number, server: Queryable): Promise<ServerAnswer<Row>> => ({
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

  async #ask<Row>(statement: Statement): Promise<{ rows: Row[]; unreachable: number[] }> {
    for (let isAgain = false; ; isAgain = true) {
      const nodes = await this.#find();
      try {
        const rows: Row[] = [];
        const unreachable: number[] = [];
        const asked = nodes.map(async (node) => {
          const found = this.#late.has(node.groupId) ? undefined : await this.#rowsOf<Row>(node, statement);
          if (found === undefined) unreachable.push(node.groupId);
          else for (const row of found) rows.push(row);
        });
        await Promise.all(asked);
        return { rows, unreachable };
      } catch (error) {
        if (isAgain || !MOVED.has(sqlState(error))) throw error;
        this.#nodes = undefined;
      }
    }
  }

  /** Undefined: the node is unreachable. */
  async #rowsOf<Row>({ host, port, groupId, shards }: NodeShards, statement: Statement): Promise<Row[] | undefined> {
    const { name: _, ...unnamed } = statement;
    const text = acrossShards(statement.text, shards, groupId);
    try {
      return (await this.#nodeOf(host, port).query<Row>({ ...unnamed, text })).rows;
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return undefined;
      throw error;
    }
  }

  #find(): Promise<readonly NodeShards[]> {
    const now = performance.now();
    if (this.#nodes === undefined || this.#nodes.until < now) {
      const found = this.#select();
      this.#nodes = { found, until: now + NODES_VALID_MS };
      found.catch(() => {
        this.#nodes = undefined;
      });
    }
    return this.#nodes.found;
  }

  async #select(): Promise<NodeShards[]> {
    type Row = Pick<NodeShards, 'groupId' | 'host' | 'port'> & { readonly name: string; readonly shards: string[] };
    const { rows } = await this.#base.query<Row>({ name: 'nodes-of-shards', text: SELECT_NODES });
    return [...Map.groupBy(rows, ({ groupId }) => groupId).values()].flatMap((tables) => {
      const [first] = tables;
      if (first === undefined) return [];
      const shards = new Map(tables.map((table) => [table.name, table.shards]));
      return [{ groupId: first.groupId, host: first.host, port: first.port, shards }];
    });
  }

  #retryLater(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#readLate(), RETRY_MS);
    this.#timer.unref();
  }

  async #readLate(): Promise<void> {
    this.#nodes = undefined;
    const nodes = await this.#find().catch(() => undefined);
    for (const groupId of nodes === undefined ? [] : [...this.#late.keys()]) {
      const node = nodes?.find((each) => each.groupId === groupId);
      // Otherwise it is no longer a node of the cluster.
      const isRead = node === undefined || (await this.#readOf(node).catch(() => false));
      if (!isRead) continue;
      this.#late.delete(groupId);
      this.#log?.info({ groupId }, 'A node is reachable again, and its tenants are served');
    }
    if (this.isWaiting) this.#retryLater();
  }

  async #readOf(node: NodeShards): Promise<boolean> {
    const late = this.#late.get(node.groupId) ?? [];
    const found: unknown[][] = [];
    for (const { statement } of late) {
      const rows = await this.#rowsOf<unknown>(node, statement);
      if (rows === undefined) return false;
      found.push(rows);
    }
    // Reads that were added meanwhile are done next time.
    if (this.#late.get(node.groupId)?.length !== late.length) return false;
    for (const [n, { onRows }] of late.entries()) onRows(found[n] ?? []);
    return true;
  }
}
