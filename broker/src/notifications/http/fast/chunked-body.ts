const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** No server sends a size with more digits. */
const MAX_DIGITS = 12;

/** Skips a chunked body (RFC 9112, 7.1) that arrives in arbitrary pieces. */
export class ChunkedBody {
  #state: 'size' | 'data' | 'trailer' = 'size';
  /** The remaining bytes of the current chunk, including its line end. */
  #left = 0;
  #line = '';

  /** The position where the body ends in these bytes; -1: not yet. @throws Error: the encoding is invalid */
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
        if (byte !== CARRIAGE_RETURN && this.#line.length <= MAX_DIGITS) this.#line += String.fromCharCode(byte);
      } else if (this.#endLine()) return at;
    }
    return -1;
  }

  /** Returns whether it was the last line of the body. */
  #endLine(): boolean {
    const line = this.#line;
    this.#line = '';
    if (this.#state === 'trailer') return line === '';
    const digits = /^[0-9a-f]+(?=[;\s]|$)/i.exec(line)?.[0];
    if (digits === undefined || digits.length > MAX_DIGITS)
      throw new Error('The answer has an invalid chunked encoding');
    const size = Number.parseInt(digits, 16);
    this.#state = size === 0 ? 'trailer' : 'data';
    this.#left = size + 2;
    return false;
  }
}
