import { type Agent, fetch, type Response } from 'undici';
import { SourceError } from './remote-error.ts';

/** Checks URLs given by users, with a dispatcher that enforces the result; implemented by the broker. */
export interface Outgoing {
  check(
    url: string,
    protocols?: readonly string[],
  ): Promise<
    | {
        readonly allowed: true;
        readonly url: URL;
        /** The resolved address of the host. Absent: not resolved, because every address is allowed. */
        readonly address?: string;
      }
    | { readonly allowed: false; readonly reason: string }
  >;
  readonly dispatcher: Agent;
}

interface OutgoingRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent only to the host of `url`, also after redirects. */
  readonly secretHeaders?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The maximum size of the uncompressed answer in bytes. Default 128 MiB. */
  readonly largestAnswer?: number;
  readonly signal: AbortSignal;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly headers: Response['headers'];
  readonly body: Uint8Array;
  /** The final URL after redirects. */
  readonly url: string;
}

const MAX_REDIRECTS = 5;
const LARGEST_ANSWER = 128 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** For answers that only report success or failure. */
export const SHORT_ANSWER = 1024 * 1024;

/** Fetches a user's URL, checking each redirect. @throws SourceError, with a message for the operator */
export async function fetchOutgoing(
  outgoing: Outgoing,
  given: string,
  request: OutgoingRequest,
): Promise<OutgoingAnswer> {
  const { secretHeaders = {}, signal } = request;
  const first = new URL(given);
  let url = first;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  for (let hops = 0; ; hops += 1) {
    const verdict = await outgoing.check(url.href);
    if (!verdict.allowed) throw new SourceError(withoutQuery(verdict.reason));
    try {
      const answer = await fetch(url, {
        method: request.method ?? 'GET',
        headers: { 'user-agent': 'Alzette', ...request.headers, ...(url.origin === first.origin ? secretHeaders : {}) },
        ...(request.body === undefined ? {} : { body: request.body }),
        redirect: 'manual',
        dispatcher: outgoing.dispatcher,
        signal: deadline,
      });
      const location = answer.headers.get('location');
      if (answer.status < 300 || answer.status >= 400 || answer.status === 304 || location === null) {
        return {
          status: answer.status,
          headers: answer.headers,
          body: await bodyOf(answer, request.largestAnswer ?? LARGEST_ANSWER),
          url: url.href,
        };
      }
      await answer.body?.cancel();
      if (hops === MAX_REDIRECTS) throw new SourceError(`${shown(first)} redirects more than ${MAX_REDIRECTS} times`);
      url = new URL(location, url);
    } catch (cause) {
      if (cause instanceof SourceError) throw cause;
      signal.throwIfAborted();
      throw new SourceError(`${shown(url)} does not answer: ${reasonOf(cause)}`, { cause });
    }
  }
}

/** The error for an unsuccessful answer, with an excerpt of it. */
export function refusal({ status, headers, body, url }: OutgoingAnswer): SourceError {
  const excerpt = Buffer.from(body.subarray(0, 200)).toString().replace(/\s+/g, ' ').trim();
  const after = headers.get('retry-after');
  const seconds = after === null ? Number.NaN : Number(after);
  const notBefore = Number.isNaN(seconds) ? new Date(after ?? Number.NaN) : new Date(Date.now() + seconds * 1000);
  return new SourceError(`${shown(new URL(url))} answered ${status}${excerpt === '' ? '' : `: ${excerpt}`}`, {
    notBefore: Number.isNaN(notBefore.getTime()) ? undefined : notBefore,
    status,
  });
}

/** Without the query, which may contain keys. */
export function shown({ origin, pathname }: URL): string {
  return origin + pathname;
}

function withoutQuery(reason: string): string {
  return reason.replace(/\?[^\s"]*/g, '');
}

async function bodyOf(answer: Response, largest: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    // The body of a fetch consists of bytes.
    const bytes = chunk as Uint8Array;
    size += bytes.length;
    if (size > largest) throw new SourceError(`the answer is larger than ${largest / 1024 / 1024} MiB`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
