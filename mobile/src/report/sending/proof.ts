import type { Challenge } from '@alzette/reports/contract';
import { sha256 } from '@noble/hashes/sha2.js';

/** Fewer than 50 ms on a slow phone. */
const HASHES_A_TURN = 2_000;

/**
 * Solves the server's challenge before a post, instead of a captcha: finds a nonce whose hash begins with `bits` zero bits. Yields to the page regularly. The hashes are computed in this
 * thread, because each call of Web Crypto costs several times more than such a short hash.
 */
export async function solve({
  challenge,
  bits,
}: Pick<Challenge, 'challenge' | 'bits'>): Promise<{ challenge: string; nonce: string }> {
  const encoder = new TextEncoder();
  const begun = sha256.create().update(encoder.encode(`${challenge}:`));
  for (let n = 0; ; n++) {
    const nonce = n.toString(36);
    if (zeroBits(begun.clone().update(encoder.encode(nonce)).digest()) >= bits) return { challenge, nonce };
    if (n % HASHES_A_TURN === 0) await new Promise((next) => setTimeout(next));
  }
}

export function zeroBits(bytes: Uint8Array): number {
  let bits = 0;
  for (const byte of bytes) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
