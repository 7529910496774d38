import type { Queryable } from './database.ts';
import { Texts } from './text-values.ts';

const SELECT_ENTITY = `
  SELECT document FROM entity WHERE tenant = $1 AND id = $2 AND (expires_at IS NULL OR expires_at > $3)`;

const SELECT_ENTITIES = `
  SELECT k.n, e.document
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k(tenant, id, n)
  JOIN entity e ON e.tenant = k.tenant AND e.id = k.id
  WHERE e.expires_at IS NULL OR e.expires_at > $3`;

// Measured with 32 connections: a third statement in flight makes them smaller, not faster.
const MAX_IN_FLIGHT = 2;
const MAX_ENTITIES = 100;

interface Waiting {
  readonly tenant: string;
  readonly id: string;
  resolve(document: string | undefined): void;
  reject(error: unknown): void;
}

/**
 * Reads entities by id. Those asked for while statements are under way share the next one; one that is alone goes at
 * once. What it answers was read after it was asked for.
 */
class EntityReader {
  readonly #db: Queryable;
  #waiting: Waiting[] = [];
  #inFlight = 0;

  constructor(db: Queryable) {
    this.#db = db;
  }

  read(tenant: string, id: string): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ tenant, id, resolve, reject });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#inFlight < MAX_IN_FLIGHT && this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_ENTITIES);
      this.#inFlight++;
      const [only] = batch;
      const reading = batch.length === 1 && only !== undefined ? this.#readOne(only) : this.#readAll(batch);
      reading
        .catch((error) => {
          for (const { reject } of batch) reject(error);
        })
        .finally(() => {
          this.#inFlight--;
          this.#pump();
        });
    }
  }

  async #readOne({ tenant, id, resolve }: Waiting): Promise<void> {
    const values = [tenant, id, new Date()];
    const { rows } = await this.#db.query<{ document: string }>({ name: 'select-entity', text: SELECT_ENTITY, values });
    resolve(rows[0]?.document);
  }

  async #readAll(batch: readonly Waiting[]): Promise<void> {
    const keys = [new Texts(batch.map(({ tenant }) => tenant)), new Texts(batch.map(({ id }) => id))];
    const statement = { name: 'select-entities', text: SELECT_ENTITIES, values: [...keys, new Date()] };
    const { rows } = await this.#db.query<{ n: number; document: string }>(statement);
    const documents = new Map(rows.map(({ n, document }) => [n - 1, document]));
    for (const [place, { resolve }] of batch.entries()) resolve(documents.get(place));
  }
}

const readers = new WeakMap<Queryable, EntityReader>();

/** The stored JSON of an unexpired entity, not parsed. All who ask one database share its reader. */
export function readEntityText(db: Queryable, tenant: string, id: string): Promise<string | undefined> {
  // Before requests are mixed, for which different servers may do.
  return db.chooseSource === undefined
    ? readFrom(db, tenant, id)
    : db.chooseSource().then((source) => readFrom(source, tenant, id));
}

function readFrom(db: Queryable, tenant: string, id: string): Promise<string | undefined> {
  let reader = readers.get(db);
  if (reader === undefined) {
    reader = new EntityReader(db);
    readers.set(db, reader);
  }
  return reader.read(tenant, id);
}
