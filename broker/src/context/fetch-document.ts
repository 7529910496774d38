import type { Agent } from 'undici';
import { NgsiLdError } from '../model/errors.ts';
import { allowedUrl, type OutgoingPolicy } from '../outgoing/outgoing-url.ts';
import { freshnessMs } from './freshness.ts';

export interface FetchOptions {
  readonly agent: Agent;
  readonly policy: OutgoingPolicy;
  /** For the whole document, including redirects. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

interface FetchedDocument {
  /** The value of its `@context`. */
  readonly context: unknown;
  /** The URL after redirects, which is the base of relative references. */
  readonly base: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

type Answer = Awaited<ReturnType<Agent['request']>>;

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
const HEADERS = {
  accept: 'application/ld+json, application/json;q=0.9, */*;q=0.1',
  'accept-encoding': 'identity',
};

/**
 * Fetches the JSON-LD document at `url`.
 *
 * @throws NgsiLdError LdContextNotAvailable: it can't be fetched; BadRequestData: the document contains no @context
 */
export async function fetchDocument(url: string, options: FetchOptions): Promise<FetchedDocument> {
  const { body, base, expiresAt } = await fetchBody(url, options);
  return { context: readContext(url, body), base, expiresAt };
}

async function fetchBody(url: string, options: FetchOptions) {
  const signal = AbortSignal.timeout(options.timeoutMs);
  let base = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const answer = await request(url, base, options, signal);
    const { location } = answer.headers;
    if (REDIRECTS.includes(answer.statusCode) && typeof location === 'string') {
      await answer.body.dump();
      base = URL.parse(location, base)?.href ?? location;
      continue;
    }
    if (answer.statusCode < 200 || answer.statusCode > 299) {
      await answer.body.dump();
      throw notAvailable(url, `its server answered ${answer.statusCode}`);
    }
    const expiresAt = Date.now() + freshnessMs(answer.headers, Date.now());
    return { body: await readBody(url, answer, options), base, expiresAt };
  }
  throw notAvailable(url, `it redirects more than ${MAX_REDIRECTS} times`);
}

async function request(url: string, target: string, options: FetchOptions, signal: AbortSignal): Promise<Answer> {
  const verdict = await allowedUrl(target, options.policy);
  if (!verdict.allowed) throw notAvailable(url, verdict.reason);
  const { origin, pathname, search } = verdict.url;
  try {
    return await options.agent.request({ origin, path: pathname + search, method: 'GET', headers: HEADERS, signal });
  } catch (cause) {
    throw notAvailable(url, reason(cause), cause);
  }
}

async function readBody(url: string, { body }: Answer, { maxBytes }: FetchOptions): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw notAvailable(url, reason(cause), cause);
  }
  if (size > maxBytes) throw notAvailable(url, `it is larger than ${maxBytes} bytes`);
  return new TextDecoder().decode(Buffer.concat(chunks)); // without a byte order mark
}

function readContext(url: string, body: string): unknown {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch (cause) {
    throw new NgsiLdError('BadRequestData', `@context "${url}" is not a JSON document`, { cause });
  }
  if (typeof document !== 'object' || document === null || !('@context' in document)) {
    throw new NgsiLdError('BadRequestData', `the document at "${url}" has no member "@context"`);
  }
  return document['@context'];
}

/** @returns the error for a @context that can't be fetched (5.5.2), with the reason */
export function notAvailable(url: string, why: string, cause?: unknown): NgsiLdError {
  return new NgsiLdError('LdContextNotAvailable', `@context "${url}" is not available: ${why}`, { cause });
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return 'its server took too long';
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
