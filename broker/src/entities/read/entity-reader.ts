import { isByTenant } from '../../database/citus/by-tenant.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { Texts } from '../../database/text-values.ts';
import { type DocumentRow, StoredDocument, WANTED_COLUMNS, type Wanted } from './stored-document.ts';

const selectOne = (columns: string) => `
  SELECT ${columns} FROM entity WHERE tenant = $1 AND id = $2 AND (expires_at IS NULL OR expires_at > $3)`;

const selectAll = (columns: string) => `
  SELECT k.n, ${columns}
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k(tenant, id, n)
  JOIN entity e ON e.tenant = k.tenant AND e.id = k.id
  WHERE e.expires_at IS NULL OR e.expires_at > $3`;

const selectAllOfTenant = (columns: string) => `
  SELECT k.n, ${columns}
  FROM unnest($2::text[]) WITH ORDINALITY AS k(id, n)
  JOIN entity e ON e.tenant = $1 AND e.id = k.id
  WHERE e.expires_at IS NULL OR e.expires_at > $3`;

// Measured with 32 connections: a third statement in flight only makes each statement smaller.
const MAX_IN_FLIGHT = 2;
const MAX_ENTITIES = 100;

interface Waiting {
  readonly tenant: string;
  readonly id: string;
  resolve(document: StoredDocument | undefined): void;
  reject(error: unknown): void;
}

/**
 * Reads entities by id in batches. Requests that arrive while statements are in flight share the next one; a single
 * request is sent at once. Results are always read after they were requested.
 */
class EntityReader {
  readonly #db: Queryable;
  readonly #wanted: Wanted;
  /** Whether a statement may only read entities of one tenant. */
  readonly #isOfOneTenant: boolean;
  readonly #selectOne: string;
  readonly #selectAll: string;
  #waiting: Waiting[] = [];
  #inFlight = 0;

  constructor(db: Queryable, wanted: Wanted, isOfOneTenant: boolean) {
    this.#db = db;
    this.#wanted = wanted;
    this.#isOfOneTenant = isOfOneTenant;
    this.#selectOne = selectOne(WANTED_COLUMNS[wanted]);
    this.#selectAll = (isOfOneTenant ? selectAllOfTenant : selectAll)(WANTED_COLUMNS[wanted]);
  }

  read(tenant: string, id: string): Promise<StoredDocument | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ tenant, id, resolve, reject });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#inFlight < MAX_IN_FLIGHT && this.#waiting.length > 0) {
      const batch = this.#take();
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

  #take(): Waiting[] {
    const [first] = this.#waiting;
    if (!this.#isOfOneTenant || this.#waiting.every(({ tenant }) => tenant === first?.tenant)) {
      return this.#waiting.splice(0, MAX_ENTITIES);
    }
    const batch = this.#waiting.filter(({ tenant }) => tenant === first?.tenant).slice(0, MAX_ENTITIES);
    const taken = new Set(batch);
    this.#waiting = this.#waiting.filter((waiting) => !taken.has(waiting));
    return batch;
  }

  async #readOne({ tenant, id, resolve }: Waiting): Promise<void> {
    const values = [tenant, id, new Date()];
    const statement = { name: `select-entity-${this.#wanted}`, text: this.#selectOne, values };
    const [row] = (await this.#db.query<DocumentRow>(statement)).rows;
    resolve(row && new StoredDocument(row));
  }

  async #readAll(batch: readonly Waiting[]): Promise<void> {
    const tenants = this.#isOfOneTenant ? batch[0]?.tenant : new Texts(batch.map(({ tenant }) => tenant));
    const keys = [tenants, new Texts(batch.map(({ id }) => id))];
    const name = `select-entities-${this.#wanted}${this.#isOfOneTenant ? '-of-tenant' : ''}`;
    const statement = { name, text: this.#selectAll, values: [...keys, new Date()] };
    const { rows } = await this.#db.query<DocumentRow & { n: number }>(statement);
    const documents = new Map(rows.map((row) => [row.n - 1, new StoredDocument(row)]));
    for (const [place, { resolve }] of batch.entries()) resolve(documents.get(place));
  }
}

type Readers = { readonly [Kind in Wanted]: EntityReader };

const readersOf = new WeakMap<Queryable, Readers>();

/** Reads an unexpired entity as stored. All requests on one database share its readers. */
export function readEntity(
  db: Queryable | Database,
  tenant: string,
  id: string,
  wanted: Wanted,
): Promise<StoredDocument | undefined> {
  const isOfOneTenant = 'identity' in db && isByTenant(db);
  // With replicas, the server must be chosen before requests are batched, because different requests may use different
  // servers.
  return db.chooseSource === undefined
    ? readFrom(db, tenant, id, wanted, isOfOneTenant)
    : db.chooseSource().then((source) => readFrom(source, tenant, id, wanted, isOfOneTenant));
}

function readFrom(
  db: Queryable,
  tenant: string,
  id: string,
  wanted: Wanted,
  isOfOneTenant: boolean,
): Promise<StoredDocument | undefined> {
  let readers = readersOf.get(db);
  if (readers === undefined) {
    const reader = (kind: Wanted) => new EntityReader(db, kind, isOfOneTenant);
    readers = { document: reader('document'), shown: reader('shown') };
    readersOf.set(db, readers);
  }
  return readers[wanted].read(tenant, id);
}
