import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../../../../shared/iot/payloads/', import.meta.url);

/** One published or constructed case: the message, its transport, and the expected outcome. */
export interface PayloadCase {
  readonly transport?: { readonly kind: 'mqtt' | 'http'; readonly topic?: string };
  readonly body?: object;
  readonly expectUplink?: Readonly<Record<string, unknown>>;
  readonly expectDecoded?: Readonly<Record<string, unknown>> | null;
  readonly expectNgsiLd?: readonly Readonly<Record<string, unknown>>[];
  readonly events?: readonly Readonly<Record<string, unknown>>[];
}

/** False if the corpus exists, otherwise the reason to skip a test: the value of `skip`. */
export const CORPUS_MISSING = existsSync(FOLDER) ? false : `the payload corpus ${fileURLToPath(FOLDER)} is missing`;

export function corpusFiles(prefix: RegExp): string[] {
  return CORPUS_MISSING === false ? readdirSync(FOLDER).filter((name) => prefix.test(name)) : [];
}

export function corpusFile(name: string): URL {
  return new URL(name, FOLDER);
}

export function readCase(name: string): PayloadCase {
  return JSON.parse(readFileSync(corpusFile(name), 'utf8'));
}

/** A codec with its expected outcome: data, or the message of an error. */
export interface HostileCodec {
  readonly name: string;
  readonly source: string;
  readonly input?: { readonly bytes?: readonly number[]; readonly fPort?: number; readonly recvTime?: string };
  readonly expect: string | { readonly data: Readonly<Record<string, unknown>>; readonly warnings?: readonly string[] };
}

export function hostileCodecs(): readonly HostileCodec[] {
  if (CORPUS_MISSING !== false) return [];
  return JSON.parse(readFileSync(new URL('codec-sandbox-hostile.json', FOLDER), 'utf8')).cases;
}
