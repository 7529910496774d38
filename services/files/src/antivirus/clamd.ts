import { type Address, exchange } from './exchange.ts';
import type { Scanner } from './scanner.ts';

const CHUNK_BYTES = 64 * 1024;

/** ClamAV's daemon: the command INSTREAM in its zero-terminated form (clamd(8)). */
export function clamd(address: Address): Scanner {
  return {
    async scan(bytes) {
      const parts: (Buffer | string)[] = ['zINSTREAM\0'];
      for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
        const chunk = bytes.subarray(start, start + CHUNK_BYTES);
        parts.push(lengthOf(chunk.length), chunk);
      }
      parts.push(lengthOf(0));
      const answer = (await exchange(address, parts, (text) => text.endsWith('\0'))).replace(/\0$/, '');
      if (answer === 'stream: OK') return undefined;
      const found = /^stream: (.+) FOUND$/.exec(answer);
      if (found) return found[1];
      throw new Error(`clamd answered ${JSON.stringify(answer)}`);
    },
  };
}

/** Four bytes, big-endian. */
function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}
