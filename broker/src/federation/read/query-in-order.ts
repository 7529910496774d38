import type { Caller } from '../../access/caller.ts';
import type { Database } from '../../database/database.ts';
import type { EntityPage } from '../../entities/query-entities.ts';
import { queryEntities as stored } from '../../entities/read/entity-queries.ts';
import type { Entity } from '../../model/entity.ts';
import type { EntityQuery } from '../../query/entity-query.ts';
import { byText } from '../../query/order/id-order.ts';
import { type Federation, inParallel } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import { GatheredEntities } from './gather-entities.ts';
import { readersOf, type SourceQuery } from './read-sources.ts';
import type { SourceReader } from './source-reader.ts';

const MAX_AT_ONCE = 5000;

/** Reads matching entities in id order. All entities up to the frontier have been read; undefined: everything has. */
interface Reader {
  readonly frontier: string | undefined;
  read(count: number): Promise<void>;
}

/** Reads local matches page by page. */
class StoredReader implements Reader {
  readonly entities: Entity[] = [];
  readonly #db: Database;
  readonly #caller: Caller;
  readonly #query: EntityQuery;
  #isAtEnd = false;

  constructor(db: Database, caller: Caller, query: EntityQuery) {
    this.#db = db;
    this.#caller = caller;
    this.#query = query;
  }

  get frontier(): string | undefined {
    return this.#isAtEnd ? undefined : (this.entities.at(-1)?.id ?? '');
  }

  async read(count: number): Promise<void> {
    const page = { ...this.#query, offset: this.entities.length, limit: count };
    const { entities } = await stored(this.#db, this.#caller, page);
    this.entities.push(...entities);
    this.#isAtEnd = entities.length < count;
  }
}

/**
 * A page of merged entities in id order. Every party is read only as far as the page reaches: an entity is complete
 * once all parties are read up to its id.
 */
export async function queryInOrder(
  db: Database,
  federation: Federation,
  origin: Origin,
  query: EntityQuery,
  matches: readonly RegistrationMatch[],
  asked: SourceQuery,
): Promise<EntityPage> {
  // Reads one entity more than the limit, to find out whether there is a next page.
  const reach = query.offset + query.limit + 1;
  const own = new StoredReader(db, origin.caller, query);
  const sources = await readersOf(federation, origin, matches, asked);
  const readers: readonly Reader[] = [own, ...sources];
  let behind = readers;
  // If much of what is read is hidden because others hold it exclusively, more must be read to fill a page.
  for (let count = reach; ; count = Math.min(2 * count, MAX_AT_ONCE)) {
    await inParallel(behind, (reader) => reader.read(count));
    const frontier = leastOf(readers);
    const entities = await firstOf(sources, matches, own.entities, reach, frontier);
    if (entities.length === reach || frontier === undefined) {
      const page = entities.slice(query.offset, query.offset + query.limit);
      return { entities: page, hasNext: entities.length === reach };
    }
    behind = readers.filter((reader) => reader.frontier === frontier);
  }
}

function leastOf(readers: readonly Reader[]): string | undefined {
  let least: string | undefined;
  for (const { frontier } of readers) {
    if (frontier !== undefined && (least === undefined || frontier < least)) least = frontier;
  }
  return least;
}

/** The first merged entities, of those up to the frontier. */
async function firstOf(
  sources: readonly SourceReader[],
  matches: readonly RegistrationMatch[],
  own: readonly Entity[],
  most: number,
  frontier: string | undefined,
): Promise<Entity[]> {
  const at = new Date().toISOString();
  const byId = new Map(own.map((entity) => [entity.id, entity]));
  const all = new Set(byId.keys());
  for (const { ids } of sources) for (const id of ids) all.add(id);
  const ids = [...all].filter((id) => frontier === undefined || id <= frontier).sort(byText);
  const entities: Entity[] = [];
  for (let start = 0; start < ids.length && entities.length < most; start += most) {
    const next = ids.slice(start, start + most);
    const contributions = await Promise.all(
      sources.map(async (source) => ({ match: source.match, entities: await source.entitiesAmong(next) })),
    );
    const gathered = new GatheredEntities(contributions, matches);
    entities.push(...next.flatMap((id) => gathered.join(id, byId.get(id), at) ?? []));
  }
  return entities.slice(0, most);
}
