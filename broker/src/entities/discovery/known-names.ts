import { remembered } from '@alzette/kit/caches';
import type { Queryable } from '../../database/database.ts';

// The combinations of types and attributes that writes count. The kind of an attribute precedes its name.
const SELECT_NAMES = `
  SELECT DISTINCT name FROM (
    SELECT unnest(types) AS name FROM entity_count WHERE tenant = $1
    UNION ALL
    SELECT substr(b, strpos(b, ' ') + 1) FROM entity_count CROSS JOIN unnest(attributes) AS b WHERE tenant = $1) AS names
  LIMIT 20000`;

const KEPT_MS = 10_000;

type NamesByShort = ReadonlyMap<string, readonly string[]>;

/**
 * The types and attributes of each tenant, by the last segment of their IRI: `Streetlight` for `https://…/Streetlight`.
 */
export class KnownNames {
  readonly #db: Queryable;
  /** The names of a tenant, cached for a few seconds. */
  readonly of = remembered('known_names', (tenant) => this.#read(tenant), { forMs: KEPT_MS, owner: 'broker' });

  constructor(db: Queryable) {
    this.#db = db;
  }

  async #read(tenant: string): Promise<NamesByShort> {
    const { rows } = await this.#db.query<{ name: string }>({ text: SELECT_NAMES, values: [tenant] });
    const names = new Map<string, string[]>();
    for (const { name } of rows) {
      const short = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('#'), name.lastIndexOf(':')) + 1);
      const known = names.get(short);
      if (known === undefined) names.set(short, [name]);
      else known.push(name);
    }
    return names;
  }
}
