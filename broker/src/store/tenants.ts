import type { Queryable } from './database.ts';

const INSERT_TENANT = 'INSERT INTO tenant (name) VALUES ($1) ON CONFLICT (name) DO NOTHING';
const SELECT_TENANT = 'SELECT 1 FROM tenant WHERE name = $1';
const SELECT_TENANTS = 'SELECT name FROM tenant ORDER BY name';

/** The tenants of this database. The default one, '', is always there. */
export interface Tenants {
  /** Creates the tenant when it is new: tenants begin with their first write (4.14). */
  ensure(tenant: string): Promise<void>;
  exists(tenant: string): Promise<boolean>;
  list(): Promise<string[]>;
}

/** Tenants once seen are known for good, so that the hot path asks the database nothing. */
export function createTenants(db: Queryable): Tenants {
  const known = new Set<string>(['']);
  return {
    async ensure(tenant) {
      if (known.has(tenant)) return;
      await db.query({ text: INSERT_TENANT, values: [tenant] });
      known.add(tenant);
    },
    async exists(tenant) {
      if (known.has(tenant)) return true;
      const { rowCount } = await db.query({ text: SELECT_TENANT, values: [tenant] });
      if (rowCount > 0) known.add(tenant);
      return rowCount > 0;
    },
    async list() {
      const { rows } = await db.query<{ name: string }>({ text: SELECT_TENANTS });
      return rows.map(({ name }) => name);
    },
  };
}
