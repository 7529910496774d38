import type { Database, Queryable } from '@alzette/kit/database';

/** What backups are made of and restored to, as the platform hands it over. */
export interface BackupPorts {
  /** Opens a database beside that of the service. `archive` is what a new embedded one begins with. */
  openDatabase(settings: DatabasePlace & { readonly archive?: string }): Promise<ClosableDatabase>;
  readonly files: StoredFiles;
}

/** A PostgreSQL, or the folder that the embedded database lies in. */
export type DatabasePlace =
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'pglite'; readonly dataDir: string };

export interface ClosableDatabase extends Database {
  close(): Promise<void>;
}

/** Photos and documents. */
export interface StoredFiles {
  /** The names of those that are kept, as the database says. */
  names(db: Queryable): Promise<string[]>;
  /** Undefined: it was deleted meanwhile. */
  read(name: string): Promise<Buffer | undefined>;
  write(name: string, bytes: Buffer): Promise<void>;
}
