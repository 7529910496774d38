/** Where bytes are kept: a directory, or a bucket. Names are `a/b/c` of letters, digits, `_`, `-` and `.`. */
export interface FileStore {
  /** Durable once it resolves; in place of what had that name. */
  write(name: string, bytes: Buffer, type: string): Promise<void>;
  /** Undefined: there is nothing of that name. */
  read(name: string): Promise<Buffer | undefined>;
  remove(names: readonly string[]): Promise<void>;
}
