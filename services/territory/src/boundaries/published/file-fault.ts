/** A file of boundaries can't be read. The message says what was found and what is expected. */
export class FileFault extends Error {}

export const MOST_FEATURES = 12_000;
export const MOST_POINTS = 1_000_000;
export const MOST_UNPACKED_BYTES = 200 * 1024 * 1024;
