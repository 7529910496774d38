/** Scans bytes for viruses. */
export interface Scanner {
  /** The virus's name; undefined if none was found. @throws Error: the scanner could not be reached */
  scan(bytes: Buffer): Promise<string | undefined>;
}
