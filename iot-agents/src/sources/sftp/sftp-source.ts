import type { CsvFormat } from '../csv/csv-format.ts';
import type { ItemMapping } from '../items/item-mapping.ts';
import type { SourceMembers } from '../items/source-members.ts';

export interface SftpSource extends SourceMembers, ItemMapping {
  readonly kind: 'sftp';
  readonly from: SftpFrom;
  readonly csv: CsvFormat;
}

export interface SftpFrom {
  readonly host: string;
  /** Default 22. */
  readonly port?: number;
  readonly username: string;
  readonly password?: string;
  /** PEM or OpenSSH. */
  readonly privateKey?: string;
  readonly passphrase?: string;
  /** `SHA256:…` in the format of ssh-keygen; absent: that of the first connection is stored. */
  readonly hostKey?: string;
  readonly directory: string;
  /** Names with `*` and `?`; default `*.csv`. */
  readonly files?: string;
  /** How to handle a processed file; default `keep`: it is processed again only if it has changed. */
  readonly whenDone?: 'keep' | 'delete' | { readonly moveTo: string } | { readonly renameTo: string };
}
