import type { Database, Queryable } from '../database/database.ts';

const SELECT = `SELECT type, attribute FROM attribute_index`;
/** Other processes create and drop indexes too. A stale entry only makes a query slower. */
const MAX_AGE_MS = 10_000;

/** Which attributes of which types have an index, as far as this process knows. */
export class AttributeIndexes {
  readonly #db: Queryable;
  #known: ReadonlySet<string> | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(db: Queryable) {
    this.#db = db;
  }

  /** Whether an attribute of a type (both IRIs) has an index. Undefined while this is not known. */
  has(type: string, attribute: string): boolean | undefined {
    if (performance.now() - this.#readAt > MAX_AGE_MS) {
      this.#readAt = performance.now();
      void this.read().catch(() => {}); // on failure the previous knowledge stays
    }
    return this.#known?.has(keyOf(type, attribute));
  }

  async read(): Promise<void> {
    const { rows } = await this.#db.query<{ type: string; attribute: string }>({
      name: 'attribute-indexes',
      text: SELECT,
    });
    this.#known = new Set(rows.map(({ type, attribute }) => keyOf(type, attribute)));
    this.#readAt = performance.now();
  }
}

function keyOf(type: string, attribute: string): string {
  return `${type}\0${attribute}`;
}

const all = new WeakMap<object, AttributeIndexes>();

/** The attribute indexes of a database. */
export function attributeIndexes(db: Database): AttributeIndexes {
  let indexes = all.get(db.identity);
  if (indexes === undefined) {
    indexes = new AttributeIndexes(db);
    all.set(db.identity, indexes);
  }
  return indexes;
}
