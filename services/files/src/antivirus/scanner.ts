/** Asks whether bytes hold a virus. */
export interface Scanner {
  /** The virus's name; undefined: none was found. @throws Error: it could not be asked */
  scan(bytes: Buffer): Promise<string | undefined>;
}
