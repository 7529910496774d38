import { namedCache } from '@alzette/kit/caches';
import { NODE_AWAY } from '@alzette/kit/outage';
import type { Database, Queryable, Rows, Statement } from '../database.ts';
import { DatabaseUnavailable, sqlState } from '../database-errors.ts';
import { EveryNode } from './every-node.ts';
import { locksOnShards, onShards, type Shards, tenantParameter, type Views, writesOnShards } from './shard-text.ts';

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

/** The nodes of a cluster, if they are reached by themselves. */
export function everyNodeOf(db: object): EveryNode | undefined {
  return 'identity' in db ? OF_DATABASE.get(db.identity as object)?.every : undefined; // of a Database
}

/** Rows of all tenants: of a cluster from each node by itself, so that those of a node that is away are missing. */
export async function rowsOfNodes<Row>(db: Queryable, statement: Statement): Promise<Row[]> {
  return everyNodeOf(db)?.rows<Row>(statement) ?? (await db.query<Row>(statement)).rows;
}

const PLACES_BYTES = 4 * 1024 * 1024;
/** What stands in the statement by which a transaction has one snapshot, so that what its first read finds holds for all of them. */
const ONE_SNAPSHOT = 'ISOLATION LEVEL REPEATABLE READ';
/** About one of our tables. */
const TABLE_BYTES = 100;
const TEXTS_BYTES = 16 * 1024 * 1024;
/** Kinds of SQLSTATE of a statement that the node can't carry out: unknown names, missing features. */
const CANT_CLASSES = ['42', '0A'];
const DIVISION_BY_ZERO = '22012';
/** What a write is answered with while its tenant moves, or after that. */
const MOVED = new Set(['40001', '42P01', 'XX000']);

/**
 * Reads of a cluster: what is about one tenant is asked of the tenant's node, from the tables there, so that neither the
 * coordinator nor Citus's planner has any part in it. All else, and whatever a node can't answer, goes the usual way.
 *
 * Writes of entities likewise, see {@link writerOf}.
 */
export class TenantNodes {
  /** For reads. */
  readonly db: Database;
  /** For reads of all tenants. */
  readonly every: EveryNode;
  readonly #base: Database;
  readonly #nodes = new Map<string, Database>();
  readonly #places = namedCache<Place>('tenant_places', PLACES_BYTES, 'broker');
  /** By shard and text: the text for the node; empty: the node can't answer it. */
  readonly #texts = namedCache<string>('node_statements', TEXTS_BYTES, 'broker');
  readonly #answered = new WeakMap<Place, Set<string>>();
  #views: Promise<Views> | undefined;

  constructor(base: Database, log?: ConstructorParameters<typeof EveryNode>[2]) {
    this.#base = base;
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
   * Where to send the statements of `writtenEntities` about one tenant. Undefined: to the coordinator.
   *
   * A write whose tenant has moved fails as one to be repeated.
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

  /** @throws DatabaseUnavailable: what has to be known of the tenant is not read yet, since its node was away */
  async admit(tenant: string): Promise<void> {
    if (this.every.isWaiting) await this.#placeOf(tenant);
  }

  #placeOf(tenant: string): Place | undefined | Promise<Place | undefined> {
    const known = this.#places.get(tenant);
    if (known === undefined) return this.#find(tenant);
    this.every.admit(known.groupId);
    return known;
  }

  /** Undefined: it is not about one tenant, or the node can't answer it. */
  async #onNode(place: Place, statement: Statement, isKnown = false): Promise<Statement | undefined> {
    if (tenantParameter(statement.text) === undefined) return undefined;
    const text = await this.#textFor(place, statement.text, isKnown);
    if (text === undefined) return undefined;
    return { ...statement, text, ...named(statement, place, isKnown) };
  }

  /** @throws the error, unless the usual way may have another outcome */
  #note(error: unknown, tenant: string, place: Place, text: string): void {
    const state = sqlState(error);
    const isGone = state === DIVISION_BY_ZERO || error instanceof DatabaseUnavailable;
    if (!isGone && !CANT_CLASSES.some((kind) => state.startsWith(kind))) throw error;
    this.#places.delete(tenant);
    // What the node has answered before it can answer: the tables are no longer there.
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
    const usual = keyOf(place, text);
    const key = isKnown && this.#texts.get(usual) !== '' ? `within ${usual}` : usual;
    const known = this.#texts.get(key);
    if (known !== undefined) return known === '' ? undefined : known;
    this.#views ??= viewsOf(this.#base);
    const made = onShards(text, place, await this.#views, isKnown) ?? '';
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
    this.every.admit(groupId);
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

/** Statements of several shards share a connection. */
const named = ({ name }: Statement, { shardId }: Place, isKnown = false) =>
  name !== undefined && { name: `${name}-${shardId}${isKnown ? '-within' : ''}` };

/** Other tenants are still served. */
function nodeAway({ inDoubt, message, cause }: DatabaseUnavailable): DatabaseUnavailable {
  return new DatabaseUnavailable(inDoubt, Object.assign(new Error(message, { cause }), { code: NODE_AWAY }));
}

const keyOf = ({ shardId, groupId }: Place, text: string) => `${shardId} ${groupId} ${text}`;

async function viewsOf(db: Queryable): Promise<Views> {
  const { rows } = await db.query<{ name: string; text: string }>({ text: SELECT_VIEWS });
  return new Map(rows.map(({ name, text }) => [name, text.replace(/;\s*$/, '')]));
}
