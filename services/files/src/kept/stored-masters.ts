import type { Queryable } from '@alzette/kit/database';
import type { FileStore } from '../store/store.ts';
import { MASTER, storeName } from './names.ts';

const IS_THERE = `SELECT to_regclass('files.file') IS NOT NULL AS there`;
const STORED =
  'SELECT tenant, id FROM files.file WHERE is_stored ORDER BY tenant, id /* all tenants: a backup has all files */';

/** The files that a backup needs: the one form from which the others are made. */
export interface StoredMasters {
  /** Their names in the store, from the database. */
  names(db: Queryable): Promise<string[]>;
  /** Undefined: it was deleted in the meantime. */
  read(name: string): Promise<Buffer | undefined>;
  write(name: string, bytes: Buffer): Promise<void>;
}

export function storedMasters(store: FileStore): StoredMasters {
  return {
    async names(db) {
      const { rows: known } = await db.query<{ there: boolean }>({ text: IS_THERE });
      if (!known[0]?.there) return [];
      const { rows } = await db.query<{ tenant: string; id: string }>({ text: STORED });
      return rows.map(({ tenant, id }) => storeName(tenant, id, MASTER));
    },
    read: (name) => store.read(name),
    write: (name, bytes) => store.write(name, bytes, 'application/octet-stream'),
  };
}
