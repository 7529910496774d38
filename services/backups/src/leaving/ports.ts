import type { Queryable } from '@alzette/kit/database';
import type { TableOwners } from '@alzette/kit/table-owners';
import type { LeavingSecrets } from './secret-texts.ts';

/** Photos and documents of a tenant. */
export interface TenantFiles {
  /** The ids of the stored files, from the database. */
  ids(db: Queryable, tenant: string): Promise<string[]>;
  /** Undefined: it was deleted in the meantime. */
  read(tenant: string, id: string): Promise<Buffer | undefined>;
  write(tenant: string, id: string, bytes: Buffer): Promise<void>;
  /** With all its forms. */
  remove(tenant: string, ids: readonly string[]): Promise<void>;
}

/** What the platform provides for the export, import and deletion of tenants. */
export interface LeavingPorts {
  /** Of every package. */
  readonly owners: readonly TableOwners[];
  readonly files: TenantFiles;
  readonly secrets: LeavingSecrets;
  /** The version of the product. */
  readonly product: string;
  /** Deletes what the broker has of a tenant, and tells all processes. */
  endTenant(tx: Queryable, tenant: string): Promise<void>;
  /** The names of the backups that still contain what is deleted now. */
  backups(): Promise<readonly string[]>;
}

/** What it provides to empty one. */
export type EmptyingPorts = Pick<LeavingPorts, 'owners' | 'files' | 'endTenant'>;
