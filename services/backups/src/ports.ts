import type { Database, Queryable } from '@alzette/kit/database';

/** What the platform provides for backups and restores. */
export interface BackupPorts {
  /** Opens a database in addition to the service's own. `archive` is the initial content of a new embedded one. */
  openDatabase(settings: DatabasePlace & { readonly archive?: string }): Promise<ClosableDatabase>;
  readonly files: StoredFiles;
}

/** A PostgreSQL URL, or the folder of the embedded database. */
export type DatabasePlace =
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'pglite'; readonly dataDir: string };

export interface ClosableDatabase extends Database {
  close(): Promise<void>;
}

/** Photos and documents. */
export interface StoredFiles {
  /** The names of the stored files, from the database. */
  names(db: Queryable): Promise<string[]>;
  /** Undefined: it was deleted in the meantime. */
  read(name: string): Promise<Buffer | undefined>;
  write(name: string, bytes: Buffer): Promise<void>;
}
