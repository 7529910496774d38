import { namedCache } from '@alzette/kit/caches';
import { type KnownOnce, knownOnce } from '@alzette/kit/known-once';
import { NODE_AWAY } from '@alzette/kit/outage';
import type { Database, Queryable, Rows, Statement } from '../database.ts';
import { DatabaseUnavailable, sqlState } from '../database-errors.ts';
import { EveryNode } from './every-node.ts';
import { locksOnShards, onShards, type Shards, tenantParameter, type Views, writesOnShards } from './shard-text.ts';

/** The node of a tenant, with its shards there. */
interface Place extends Shards {
  readonly host: string;
  readonly port: number;
}

const SELECT_PLACE = `
  SELECT p.shardid AS "shardId", p.groupid AS "groupId", n.nodename AS host, n.nodeport AS port,
    other.logicalrelid::regclass::text AS name, other.shardid AS shard
  FROM (SELECT get_shard_id_for_distribution_column('entity', $1::text) AS id) AS own
  JOIN pg_dist_shard s ON s.shardid = own.id
  JOIN pg_dist_placement p ON p.shardid = own.id
  JOIN pg_dist_node n ON n.groupid = p.groupid AND n.noderole = 'primary' AND n.isactive
  JOIN pg_dist_shard other ON other.shardminvalue = s.shardminvalue OR other.shardminvalue IS NULL`;

const SELECT_VIEWS = `
  SELECT DISTINCT v.relname AS name, pg_get_viewdef(v.oid) AS text
  FROM pg_class v JOIN pg_rewrite r ON r.ev_class = v.oid JOIN pg_depend d ON d.objid = r.oid AND d.refobjid <> v.oid
  WHERE v.relkind = 'v' AND v.relnamespace = 'public'::regnamespace
    AND (d.refobjid IN (SELECT logicalrelid FROM pg_dist_partition)
      OR d.refobjid IN (SELECT oid FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace))`;

const OF_DATABASE = new WeakMap<object, TenantNodes>();

/** For reads of all tenants of a cluster; undefined: the database is not one. */
export function everyNodeOf(db: object): EveryNode | undefined {
  return 'identity' in db ? OF_DATABASE.get(db.identity as object)?.every : undefined; // only a Database has it
}

/** Rows of all tenants. On a cluster, those of unreachable nodes are missing. */
export async function rowsOfNodes<Row>(db: Queryable, statement: Statement): Promise<Row[]> {
  return everyNodeOf(db)?.rows<Row>(statement) ?? (await db.query<Row>(statement)).rows;
}

const PLACES_BYTES = 4 * 1024 * 1024;
/** Occurs in the statement that starts a transaction with one snapshot. Then the location is checked only by its first read. */
const ONE_SNAPSHOT = 'ISOLATION LEVEL REPEATABLE READ';
/** The approximate size of the entry of one table. */
const TABLE_BYTES = 100;
const TEXTS_BYTES = 16 * 1024 * 1024;
/** Classes of SQLSTATE for statements that the node can't execute: unknown names, missing features. */
const NOT_EXECUTABLE = ['42', '0A'];
const DIVISION_BY_ZERO = '22012';
/** Errors of a write during a move of its tenant, or after it. */
const MOVED = new Set(['40001', '42P01', 'XX000']);

/**
 * Sends reads of one tenant directly to the tables on the tenant's node, without the coordinator and the planner of Citus. All
 * other statements, and those that a node can't execute, go to the coordinator.
 *
 * The same for writes of entities: see {@link writerOf}.
 */
export class TenantNodes {
  /** The database for reads. */
  readonly db: Database;
  /** For reads of all tenants. */
  readonly every: EveryNode;
  readonly #base: Database;
  readonly #nodes = new Map<string, Database>();
  readonly #places = namedCache<Place>('tenant_places', PLACES_BYTES, 'broker');
  /** The texts for nodes, by shard and text of the statement; empty: the node can't execute it. */
  readonly #texts = namedCache<string>('node_statements', TEXTS_BYTES, 'broker');
  readonly #answered = new WeakMap<Place, Set<string>>();
  readonly #views: KnownOnce<Views>;

  constructor(base: Database, log?: ConstructorParameters<typeof EveryNode>[2]) {
    this.#base = base;
    this.#views = knownOnce(() => viewsOf(base));
    OF_DATABASE.set(base.identity, this);
    this.every = new EveryNode(base, (host, port) => this.#node({ host, port }), log);
    this.db = {
      ...base,
      query: <Row>(statement: Statement) => this.#query<Row>(statement),
      ofTenant: (tenant, reads) => this.#transaction(tenant, reads),
    };
  }

  async close(): Promise<void> {
    this.every.close();
    await Promise.all(Array.from(this.#nodes.values(), (node) => node.close()));
  }

  async #query<Row>(statement: Statement): Promise<Rows<Row>> {
    const parameter = tenantParameter(statement.text);
    const tenant = parameter === undefined ? undefined : statement.values?.[parameter - 1];
    if (typeof tenant !== 'string') return this.#base.query(statement);
    const place = await this.#placeOf(tenant);
    const onNode = place && (await this.#onNode(place, statement));
    if (place === undefined || onNode === undefined) return this.#base.query(statement);
    try {
      const rows = await this.#node(place).query<Row>(onNode);
      this.#noteAnswered(place, statement.text);
      return rows;
    } catch (error) {
      this.#note(error, tenant, place, statement.text);
      return this.#base.query(statement);
    }
  }

  async #transaction<T>(tenant: string, reads: (tx: Queryable, isOnNode: boolean) => Promise<T>): Promise<T> {
    const place = await this.#placeOf(tenant);
    if (place === undefined) return this.#base.transaction((tx) => reads(tx, false));
    let last = '';
    let [isOneSnapshot, isKnown] = [false, false];
    const query = async <Row>(tx: Queryable, statement: Statement): Promise<Rows<Row>> => {
      last = statement.text;
      const onNode = await this.#onNode(place, statement, isKnown);
      isOneSnapshot ||= last.includes(ONE_SNAPSHOT);
      if (onNode === undefined) return tx.query<Row>({ ...statement, text: locksOnShards(last, place) });
      const rows = await tx.query<Row>(onNode);
      this.#noteAnswered(place, last);
      isKnown = isOneSnapshot;
      return rows;
    };
    try {
      return await this.#node(place).transaction((tx) => reads({ query: (statement) => query(tx, statement) }, true));
    } catch (error) {
      this.#note(error, tenant, place, last);
      return this.#base.transaction((tx) => reads(tx, false));
    }
  }

  /**
   * The node for writes of entities of a tenant; undefined: use the coordinator. If the tenant has moved, a write fails with an
   * error after which it is retried.
   */
  async writerOf(tenant: string): Promise<Queryable | undefined> {
    const place = await this.#placeOf(tenant);
    if (place === undefined) return undefined;
    return {
      query: async <Row>(statement: Statement) => {
        const text = this.#writeFor(place, statement.text);
        if (text === undefined) return this.#base.query<Row>(statement);
        try {
          return await this.#node(place).query<Row>({ ...statement, text, ...named(statement, place) });
        } catch (error) {
          if (MOVED.has(sqlState(error))) this.#places.delete(tenant);
          if (!(error instanceof DatabaseUnavailable)) throw error;
          this.#places.delete(tenant);
          throw nodeAway(error);
        }
      },
    };
  }

  /** @throws DatabaseUnavailable: the tenant is not served yet, because its node was unreachable at the start */
  async requireServed(tenant: string): Promise<void> {
    if (this.every.isWaiting) await this.#placeOf(tenant);
  }

  #placeOf(tenant: string): Place | undefined | Promise<Place | undefined> {
    const known = this.#places.get(tenant);
    if (known === undefined) return this.#find(tenant);
    this.every.requireServed(known.groupId);
    return known;
  }

  /** The statement for the node; undefined: it does not concern one tenant, or the node can't execute it. */
  async #onNode(place: Place, statement: Statement, isKnown = false): Promise<Statement | undefined> {
    if (tenantParameter(statement.text) === undefined) return undefined;
    const text = await this.#textFor(place, statement.text, isKnown);
    if (text === undefined) return undefined;
    return { ...statement, text, ...named(statement, place, isKnown) };
  }

  /** @throws the error, unless the coordinator may execute the statement */
  #note(error: unknown, tenant: string, place: Place, text: string): void {
    const state = sqlState(error);
    const isGone = state === DIVISION_BY_ZERO || error instanceof DatabaseUnavailable;
    if (!isGone && !NOT_EXECUTABLE.some((kind) => state.startsWith(kind))) throw error;
    this.#places.delete(tenant);
    // The node has executed this text before, so it has lost the tables.
    if (isGone || this.#answered.get(place)?.has(text)) return;
    this.#texts.set(keyOf(place, text), '', 2 * text.length);
  }

  #noteAnswered(place: Place, text: string): void {
    const answered = this.#answered.get(place) ?? new Set();
    this.#answered.set(place, answered);
    if (answered.size < 1000) answered.add(text);
  }

  #writeFor(place: Place, text: string): string | undefined {
    const key = keyOf(place, text);
    const known = this.#texts.get(key);
    if (known !== undefined) return known === '' ? undefined : known;
    const made = writesOnShards(text, place) ?? '';
    this.#texts.set(key, made, 2 * (key.length + made.length));
    return made === '' ? undefined : made;
  }

  async #textFor(place: Place, text: string, isKnown: boolean): Promise<string | undefined> {
    const plain = keyOf(place, text);
    const key = isKnown && this.#texts.get(plain) !== '' ? `within ${plain}` : plain;
    const known = this.#texts.get(key);
    if (known !== undefined) return known === '' ? undefined : known;
    const made = onShards(text, place, await this.#views.get(), isKnown) ?? '';
    this.#texts.set(key, made, 2 * (key.length + made.length));
    return made === '' ? undefined : made;
  }

  async #find(tenant: string): Promise<Place | undefined> {
    type Row = Omit<Place, 'tables'> & { readonly name: string; readonly shard: number };
    const { rows } = await this.#base.query<Row>({ name: 'tenant-place', text: SELECT_PLACE, values: [tenant] });
    const [first] = rows;
    if (first === undefined) return undefined;
    const tables = new Map(rows.map(({ name, shard }) => [name, `${name}_${shard}`]));
    const { shardId, groupId, host, port } = first;
    this.every.requireServed(groupId);
    const place = { shardId, groupId, host, port, tables };
    this.#places.set(tenant, place, TABLE_BYTES * tables.size);
    return place;
  }

  #node({ host, port }: Pick<Place, 'host' | 'port'>): Database {
    const key = `${host}:${port}`;
    const node = this.#nodes.get(key) ?? this.#base.on?.(host, port) ?? this.#base;
    this.#nodes.set(key, node);
    return node;
  }
}

/** Statements of several shards share a connection, so their names need to differ. */
const named = ({ name }: Statement, { shardId }: Place, isKnown = false) =>
  name !== undefined && { name: `${name}-${shardId}${isKnown ? '-within' : ''}` };

/** The error of an unreachable node: tenants of other nodes are still served. */
function nodeAway({ inDoubt, message, cause }: DatabaseUnavailable): DatabaseUnavailable {
  return new DatabaseUnavailable(inDoubt, Object.assign(new Error(message, { cause }), { code: NODE_AWAY }));
}

const keyOf = ({ shardId, groupId }: Place, text: string) => `${shardId} ${groupId} ${text}`;

async function viewsOf(db: Queryable): Promise<Views> {
  const { rows } = await db.query<{ name: string; text: string }>({ text: SELECT_VIEWS });
  return new Map(rows.map(({ name, text }) => [name, text.replace(/;\s*$/, '')]));
}
