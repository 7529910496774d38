/** Storage for bytes: a directory or a bucket. Names are `a/b/c` of letters, digits, `_`, `-` and `.`. */
export interface FileStore {
  /** Durable when it resolves. Replaces an existing file of that name. */
  write(name: string, bytes: Buffer, type: string): Promise<void>;
  /** Undefined: there is no such file. */
  read(name: string): Promise<Buffer | undefined>;
  remove(names: readonly string[]): Promise<void>;
}
