const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const CHECKSUM_LETTERS = 6;

/** Encodes bytes in Bech32 (BIP 173), in lower case. */
export function bech32(prefix: string, bytes: Uint8Array): string {
  const data = regrouped([...bytes], 8, 5, true) as number[]; // with padding it can't fail
  const sum = checksum([...expanded(prefix), ...data, ...Array<number>(CHECKSUM_LETTERS).fill(0)]) ^ 1;
  const letters = [...data, ...Array.from({ length: CHECKSUM_LETTERS }, (_, i) => (sum >>> (5 * (5 - i))) & 31)];
  return `${prefix}1${letters.map((each) => LETTERS[each]).join('')}`;
}

/** The bytes of a Bech32 text in either case; undefined if the prefix is different or the text is damaged. */
export function fromBech32(prefix: string, text: string): Uint8Array | undefined {
  const lower = text.toLowerCase();
  if (!lower.startsWith(`${prefix}1`) || (text !== lower && text !== text.toUpperCase())) return undefined;
  const letters = [...lower.slice(prefix.length + 1)].map((each) => LETTERS.indexOf(each));
  if (letters.includes(-1) || checksum([...expanded(prefix), ...letters]) !== 1) return undefined;
  const bytes = regrouped(letters.slice(0, -CHECKSUM_LETTERS), 5, 8, false);
  return bytes && Uint8Array.from(bytes);
}

function expanded(prefix: string): number[] {
  const codes = [...prefix].map((each) => each.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function checksum(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((each, i) => {
      if ((top >>> i) & 1) sum ^= each;
    });
  }
  return sum >>> 0;
}

function regrouped(values: readonly number[], from: number, to: number, pads: boolean): number[] | undefined {
  const out: number[] = [];
  let held = 0;
  let bits = 0;
  for (const value of values) {
    held = (held << from) | value;
    bits += from;
    while (bits >= to) {
      bits -= to;
      out.push((held >>> bits) & ((1 << to) - 1));
    }
    held &= (1 << bits) - 1;
  }
  if (pads) return bits > 0 ? [...out, (held << (to - bits)) & ((1 << to) - 1)] : out;
  return bits >= from || held !== 0 ? undefined : out;
}
