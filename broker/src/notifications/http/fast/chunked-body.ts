const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** A size of more digits no server means. */
const MOST_DIGITS = 12;

/** Reads over a body that comes in chunks (RFC 9112, 7.1), in whatever pieces. */
export class ChunkedBody {
  #state: 'size' | 'data' | 'trailer' = 'size';
  /** Bytes of the chunk to come, with the line end behind it. */
  #left = 0;
  #line = '';

  /** Where the body ends in these bytes; -1: not yet. @throws Error: these are no chunks */
  read(bytes: Buffer, start: number): number {
    let at = start;
    while (at < bytes.length) {
      if (this.#state === 'data') {
        const skipped = Math.min(this.#left, bytes.length - at);
        this.#left -= skipped;
        at += skipped;
        if (this.#left === 0) this.#state = 'size';
        continue;
      }
      const byte = bytes[at++] as number; // within its length
      if (byte !== LINE_FEED) {
        if (byte !== CARRIAGE_RETURN && this.#line.length <= MOST_DIGITS) this.#line += String.fromCharCode(byte);
      } else if (this.#endLine()) return at;
    }
    return -1;
  }

  /** Whether it was the last line of the body. */
  #endLine(): boolean {
    const line = this.#line;
    this.#line = '';
    if (this.#state === 'trailer') return line === '';
    const digits = /^[0-9a-f]+(?=[;\s]|$)/i.exec(line)?.[0];
    if (digits === undefined || digits.length > MOST_DIGITS) throw new Error('The answer is not in chunks');
    const size = Number.parseInt(digits, 16);
    this.#state = size === 0 ? 'trailer' : 'data';
    this.#left = size + 2;
    return false;
  }
}
