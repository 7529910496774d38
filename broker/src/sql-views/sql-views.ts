import { GatheredWork } from '../collections/gathered-work.ts';
import type { Database } from '../database/database.ts';
import type { EntityChange } from '../model/change.ts';
import { addSeenAttributes, refreshViews, registerScope, type SeenAttribute, typeViews } from './sql-view-registry.ts';
import { columnKind } from './sql-view-text.ts';

const NONE_KNOWN = 'SELECT NOT EXISTS (SELECT 1 FROM sql_type) AS found';
const ANY_STORED = 'SELECT EXISTS (SELECT 1 FROM entity) AS found';

interface Log {
  warn(fields: object, message: string): void;
}

/**
 * Keeps the views `ngsi.current_<type>` up to date with the types and attributes written. It inspects committed changes
 * in memory, and queries the database only for new ones.
 */
export class SqlViews {
  readonly #db: Database;
  /** Known attributes, by type. */
  readonly #known = new Map<string, Set<string>>();
  /** A new type is added with all its attributes. */
  readonly #new: GatheredWork<SeenAttribute>;

  constructor(db: Database, log: Log) {
    this.#db = db;
    this.#new = new GatheredWork(
      (sights) => addSeenAttributes(db, sights),
      (error) => log.warn({ error }, 'Could not update the SQL views; will retry'),
    );
  }

  /** Loads the registry. A database that had entities before it had views is scanned once. */
  async start(): Promise<void> {
    await registerScope(this.#db);
    const isTrue = async (text: string) => (await this.#db.query<{ found: boolean }>({ text })).rows[0]?.found === true;
    // In two steps, so that the nodes of a cluster that has views are not queried.
    if ((await isTrue(NONE_KNOWN)) && (await isTrue(ANY_STORED))) await refreshViews(this.#db);
    for (const { type, columns } of (await typeViews(this.#db)).values()) {
      this.#known.set(type, new Set(columns.map(({ attribute }) => attribute)));
    }
  }

  /** Receives committed changes. */
  committed(changes: readonly EntityChange[]): void {
    for (const { after, attributes } of changes) {
      if (after === undefined) continue;
      for (const type of after.types) {
        let known = this.#known.get(type);
        if (known === undefined) {
          known = new Set();
          this.#known.set(type, known);
          this.#see({ type });
        }
        for (const { name, after: instance } of attributes) {
          if (instance === undefined || known.has(name)) continue;
          known.add(name);
          this.#see({ type, attribute: name, kind: columnKind(instance) });
        }
      }
    }
  }

  /** Resolves when everything seen so far has its views, or has failed to get them. */
  settled(): Promise<void> {
    return this.#new.settled();
  }

  close(): Promise<void> {
    return this.#new.close();
  }

  #see(sight: SeenAttribute): void {
    this.#new.add(`${sight.type} ${sight.attribute ?? ''}`, sight);
  }
}
