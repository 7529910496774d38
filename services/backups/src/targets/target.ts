/** A part of a file that was not written for this long is of a process that has ended. */
export const LONGEST_WRITE_MS = 86_400_000;

/**
 * Storage for backups: a folder, an SFTP server or a bucket. Names are `a/b/c` of letters, digits, `_`, `-` and `.`.
 */
export interface BackupTarget {
  /** The file appears complete or not at all. */
  write(name: string, source: AsyncIterable<Uint8Array>): Promise<void>;
  /** Undefined: there is no such file. */
  read(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** The names of the files at the top level. */
  list(): Promise<string[]>;
  remove(names: readonly string[]): Promise<void>;
  /** Removes the parts of files that killed processes left, but not of those that other processes are writing. */
  removeUnfinished(): Promise<void>;
  close(): Promise<void>;
}

export type TargetSettings =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 'sftp';
      readonly url: string;
      /** OpenSSH or PEM format; absent: the password of the URL is used. */
      readonly privateKey?: string | undefined;
      /** `SHA256:…`, the only accepted host key. */
      readonly hostKey?: string | undefined;
    }
  | {
      readonly kind: 'bucket';
      /** URL of the bucket, optionally with a prefix: `https://s3.example.org/bucket/prefix`. */
      readonly url: string;
      readonly accessKey: string;
      readonly secretKey: string;
      readonly region: string;
    };

/** The location, without passwords. */
export function shownTarget(settings: TargetSettings): string {
  if (settings.kind === 'folder') return settings.folder;
  const url = new URL(settings.url);
  url.password = '';
  return url.href;
}
