import { readFile } from 'node:fs/promises';

/** Whose the rows of a package's tables are. Read from `owners.json` beside its migrations. */
export interface TableOwners {
  /** Tables of tenants, where more is to be said than that they have a column `tenant`. */
  readonly tenants?: { readonly [table: string]: TenantRows };
  /** Tables of the whole installation, with the reason. */
  readonly site?: { readonly [table: string]: string };
  /** Channels to notify after rows were added or removed from outside, so that processes read the tables again. */
  readonly channels?: readonly string[];
  /** Statements after such changes. */
  readonly statements?: readonly string[];
  /** The same as `channels`, with what is sent. */
  readonly messages?: { readonly [channel: string]: string };
}

/**
 * How rows of a tenant are found, written to an archive and read from it. SQL names the row in the table `t`, the row in the archive
 * `r`, the tenant `:tenant`, and the ids of its policies, accounts, keys … `:rights`.
 */
export interface TenantRows {
  /** A condition. Default: the column `tenant` or `of_tenant` names the tenant. */
  readonly rows?: string;
  /** Which rows are deleted with the tenant, if more than are archived. */
  readonly all?: string;
  /** Why those others are not archived. */
  readonly others?: string;
  /** What is read instead of the table. */
  readonly from?: string;
  /** The table that the rows come into, if it is another one. */
  readonly into?: string;
  /** Columns that are not copied as they are. `out: null`: the archive has no such member. */
  readonly columns?: { readonly [column: string]: { readonly out: string | null; readonly in: string } };
  /** Why they are not archived. They are deleted with the tenant. */
  readonly skip?: string;
  /** They stay as they are when a tenant gets back what it had earlier on this installation. */
  readonly stays?: true;
  /** Why they may differ from an archive soon after they were imported. */
  readonly settles?: string;
  /** Tenants share them: they are added if they are absent. */
  readonly shared?: true;
  /** Of shared rows, which have an `id`: whether no other tenant uses it, so that it is deleted. */
  readonly unused?: string;
  /** To which the encrypted texts of a row are bound. `{id}` is a member of the row in the archive. */
  readonly secrets?: string;
  /** Columns that number rows, in addition to identity columns. */
  readonly numbers?: readonly string[];
  /** The number from which an import numbers; default: after the last number of the sequence. */
  readonly base?: string;
  /** Columns with numbers of another table, in addition to foreign keys: `{ "merged_into": "channels.message.n" }`. */
  readonly refs?: { readonly [column: string]: string };
  /** The statement that removes them, if they are not deleted. */
  readonly erase?: string;
}

/** @param directory of migrations, with a slash at its end */
export async function readTableOwners(directory: URL): Promise<TableOwners> {
  try {
    return JSON.parse(await readFile(new URL('owners.json', directory), 'utf8')) as TableOwners; // a file of ours
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
