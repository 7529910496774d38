/** Where backups lie: a folder, an SFTP server or a bucket. Names are `a/b/c` of letters, digits, `_`, `-` and `.`. */
export interface BackupTarget {
  /** Appears whole or not at all. */
  write(name: string, source: AsyncIterable<Uint8Array>): Promise<void>;
  /** Undefined: there is nothing of that name. */
  read(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** The names that lie at the top, of files alone. */
  list(): Promise<string[]>;
  remove(names: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export type TargetSettings =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 'sftp';
      readonly url: string;
      /** In OpenSSH's or PEM form; absent: the password of the URL. */
      readonly privateKey?: string | undefined;
      /** `SHA256:…`, the only one that is let be the server. */
      readonly hostKey?: string | undefined;
    }
  | {
      readonly kind: 'bucket';
      /** Of the bucket, with a prefix or without: `https://s3.example.org/bucket/prefix`. */
      readonly url: string;
      readonly accessKey: string;
      readonly secretKey: string;
      readonly region: string;
    };

/** Where it is, without passwords. */
export function shownTarget(settings: TargetSettings): string {
  if (settings.kind === 'folder') return settings.folder;
  const url = new URL(settings.url);
  url.password = '';
  return url.href;
}
