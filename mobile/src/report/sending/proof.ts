/** The server's challenge before a post, instead of a captcha. */
export interface Challenge {
  readonly challenge: string;
  readonly bits: number;
}

/** Finds a nonce whose hash begins with `bits` zero bits. Yields to the page regularly. */
export async function solve({ challenge, bits }: Challenge): Promise<{ challenge: string; nonce: string }> {
  const encoder = new TextEncoder();
  for (let n = 0; ; n++) {
    const nonce = n.toString(36);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(`${challenge}:${nonce}`)));
    if (zeroBits(hash) >= bits) return { challenge, nonce };
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
