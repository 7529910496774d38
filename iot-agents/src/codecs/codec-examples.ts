import { isDeepStrictEqual } from 'node:util';
import type { CodecPool } from './codec-pool.ts';

/** An example that a codec must reproduce to be accepted. */
export interface CodecExample {
  /** Default `uplink`: the bytes are decoded to the data. `downlink`: the data is encoded to the bytes. */
  readonly kind?: 'uplink' | 'downlink';
  readonly fPort?: number;
  /** Hexadecimal. */
  readonly bytes: string;
  /** The time of sending; default: the beginning of 2024. */
  readonly recvTime?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const SENT = '2024-01-01T00:00:00.000Z';

/** Describes the first example that the codec fails; undefined: none. */
export async function failingExample(
  codecs: Pick<CodecPool, 'decode' | 'encode'>,
  source: string,
  examples: readonly CodecExample[],
): Promise<string | undefined> {
  for (const [index, example] of examples.entries()) {
    const { expected, got } = await tried(codecs, source, example);
    if (isDeepStrictEqual(got, expected)) continue;
    return `examples[${index}]: the codec gives ${shown(got)}, expected ${shown(expected)}`;
  }
  return undefined;
}

async function tried(
  codecs: Pick<CodecPool, 'decode' | 'encode'>,
  source: string,
  { kind, fPort, bytes, recvTime = SENT, data }: CodecExample,
): Promise<{ expected: unknown; got: unknown }> {
  const payload = Buffer.from(bytes, 'hex');
  const outcome =
    kind === 'downlink'
      ? await codecs.encode(source, { data, fPort: null })
      : (await codecs.decode(source, [{ bytes: payload, fPort: fPort ?? null, recvTime }]))[0];
  const expected = kind === 'downlink' ? { bytes: [...payload], ...(fPort === undefined ? {} : { fPort }) } : data;
  if (outcome === undefined || 'fault' in outcome || outcome.errors !== undefined) return { expected, got: outcome };
  if (kind !== 'downlink') return { expected, got: outcome.data };
  const { bytes: encoded, fPort: port } = outcome.data;
  return { expected, got: { bytes: encoded, ...(fPort === undefined ? {} : { fPort: port }) } };
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 500) ?? 'nothing';
}
