import type { Queryable } from '@alzette/kit/database';
import type { FileStore } from '../store/store.ts';
import { MASTER, storeName, storeNames } from './names.ts';

const IS_THERE = `SELECT to_regclass('files.file') IS NOT NULL AS there`;
const STORED =
  'SELECT tenant, id FROM files.file WHERE is_stored ORDER BY tenant, id /* all tenants: a backup has all files */';

const STORED_OF = 'SELECT id FROM files.file WHERE tenant = $1 AND is_stored ORDER BY id';

/** The files that a backup needs: the one form from which the others are made. */
export interface StoredMasters {
  /** Their names in the store, from the database. */
  names(db: Queryable): Promise<string[]>;
  /** Undefined: it was deleted in the meantime. */
  read(name: string): Promise<Buffer | undefined>;
  write(name: string, bytes: Buffer): Promise<void>;
  /** Those of one tenant, by their ids. */
  readonly ofTenants: {
    ids(db: Queryable, tenant: string): Promise<string[]>;
    /** Undefined: it was deleted in the meantime. */
    read(tenant: string, id: string): Promise<Buffer | undefined>;
    write(tenant: string, id: string, bytes: Buffer): Promise<void>;
    /** With all forms that were made from it. */
    remove(tenant: string, ids: readonly string[]): Promise<void>;
  };
}

export function storedMasters(store: FileStore): StoredMasters {
  const isThere = async (db: Queryable) =>
    (await db.query<{ there: boolean }>({ text: IS_THERE })).rows[0]?.there === true;
  const read: StoredMasters['read'] = (name) => store.read(name);
  const write: StoredMasters['write'] = (name, bytes) => store.write(name, bytes, 'application/octet-stream');
  return {
    async names(db) {
      if (!(await isThere(db))) return [];
      const { rows } = await db.query<{ tenant: string; id: string }>({ text: STORED });
      return rows.map(({ tenant, id }) => storeName(tenant, id, MASTER));
    },
    read,
    write,
    ofTenants: {
      async ids(db, tenant) {
        if (!(await isThere(db))) return [];
        return (await db.query<{ id: string }>({ text: STORED_OF, values: [tenant] })).rows.map(({ id }) => id);
      },
      read: (tenant, id) => read(storeName(tenant, id, MASTER)),
      write: (tenant, id, bytes) => write(storeName(tenant, id, MASTER), bytes),
      remove: (tenant, ids) => store.remove(ids.flatMap((id) => storeNames(tenant, id))),
    },
  };
}
