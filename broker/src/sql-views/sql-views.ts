import type { Database } from '../database/database.ts';
import type { EntityChange } from '../model/change.ts';
import { addSights, knowScope, refreshViews, type Sight, typeViews } from './sql-view-registry.ts';
import { columnKind } from './sql-view-text.ts';

/** What is seen together is made together: a new type comes with all its attributes. */
const GATHER_MS = 500;
const RETRY_MS = 15_000;

interface Log {
  warn(fields: object, message: string): void;
}

/**
 * Keeps the views `ngsi.current_<type>` in step with the types and attributes written. Looks at committed changes in
 * memory, and asks the database something only when one of them is new.
 */
export class SqlViews {
  readonly #db: Database;
  readonly #log: Log;
  /** Attributes seen, by type. */
  readonly #known = new Map<string, Set<string>>();
  #new: Sight[] = [];
  #timer: NodeJS.Timeout | undefined;
  #underway: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(db: Database, log: Log) {
    this.#db = db;
    this.#log = log;
  }

  /** Reads what there is; a database that had entities before it had views is looked through once. */
  async start(): Promise<void> {
    await knowScope(this.#db);
    const { rows } = await this.#db.query<{ missed: boolean }>({
      text: 'SELECT NOT EXISTS (SELECT 1 FROM sql_type) AND EXISTS (SELECT 1 FROM entity) AS missed',
    });
    if (rows[0]?.missed) await refreshViews(this.#db);
    for (const { type, columns } of (await typeViews(this.#db)).values()) {
      this.#known.set(type, new Set(columns.map(({ attribute }) => attribute)));
    }
  }

  /** Hears of what was committed. */
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

  /** Resolves when what was seen so far has its views, or could not get them. */
  async settled(): Promise<void> {
    if (this.#new.length > 0) this.#make();
    await this.#underway;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.settled();
  }

  #see(sight: Sight): void {
    this.#new.push(sight);
    this.#later(GATHER_MS);
  }

  #later(ms: number): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = setTimeout(() => this.#make(), ms);
    this.#timer.unref();
  }

  #make(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const sights = this.#new;
    this.#new = [];
    this.#underway = this.#underway
      .then(() => addSights(this.#db, sights))
      .catch((error: unknown) => {
        this.#log.warn({ error }, 'SQL views could not be brought up to date; tried again shortly');
        this.#new.unshift(...sights);
        this.#later(RETRY_MS);
      });
  }
}
