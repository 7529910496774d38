import { type CacheUse, namedCache } from '@alzette/kit/caches';
import type { Dispatcher } from 'undici';
import type { Context, Contexts } from '../../context/contexts.ts';
import type { Registration } from '../registrations/registration.ts';
import type { Registrations } from '../registrations/registrations.ts';
import { AnswerCache } from './answer-cache.ts';
import { CallCounts } from './call-counts.ts';
import type { Origin } from './origin.ts';
import type { MakeCall, Silence, SourceCall, SourceReply } from './source-call.ts';
import { controlValue, requestOf } from './source-headers.ts';

interface SourceClientParts {
  /** Opens only a few connections to each source, so that a source that hangs does not hold up others. */
  readonly agent: Dispatcher;
  /** Checks whether a URL may be requested: undefined, or the reason why not. */
  readonly refusal: (url: URL) => Promise<string | undefined>;
  readonly contexts: Contexts;
  readonly registrations: Pick<Registrations, 'count'>;
  readonly aliasOf: (tenant: string) => string;
  /** The default for registrations without a timeout. */
  readonly timeoutMs: number;
  /** Names, in lower case, of the client's request headers that may be forwarded to sources. */
  readonly forwarded: ReadonlySet<string>;
}

/** Larger answers are not read. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const COOLDOWNS_BYTES = 2 * 1024 * 1024;

/** Sends requests to registered sources. */
export class SourceClient {
  readonly #parts: SourceClientParts;
  /** The end of the cooldown of a failed source: milliseconds since 1970, by tenant and registration. */
  readonly #coolingUntil = namedCache<number>('source_cooldowns', COOLDOWNS_BYTES, 'broker');
  readonly #cache = new AnswerCache();
  readonly counts = new CallCounts();

  constructor(parts: SourceClientParts) {
    this.#parts = parts;
  }

  /** Memory used by the answer cache. */
  get cacheUse(): CacheUse {
    return this.#cache.use;
  }

  /** When a source must have answered everything for one request, by `performance.now()`. */
  deadline({ management }: Registration): number {
    return performance.now() + (management.timeoutMs ?? this.#parts.timeoutMs);
  }

  /** Sends a request, or returns a cached answer if the registration allows it. Never rejects. */
  async send(
    registration: Registration,
    origin: Origin,
    make: MakeCall,
    deadline = this.deadline(registration),
  ): Promise<SourceReply> {
    const { cacheMs } = registration.management;
    if (cacheMs === undefined) return this.#ask(registration, origin, make, deadline);
    const request = await this.#request(registration, origin, make);
    const isRead = !('kind' in request) && request.method === 'GET';
    if (!isRead) {
      this.#cache.forget(registration);
      return this.#ask(registration, origin, make, deadline);
    }
    const key = this.#cache.keyOf(registration, request.url, request.headers);
    if (key === undefined) return this.#ask(registration, origin, make, deadline);
    const kept = this.#cache.get(registration, key);
    const ageMs = performance.now() - (kept?.at ?? 0);
    if (kept !== undefined && ageMs < cacheMs) {
      this.counts.reused();
      return { ...kept.answer, stale: { ageMs } };
    }
    const reply = await this.#ask(registration, origin, make, deadline);
    const failure = failureOf(reply);
    if (failure !== undefined) return kept === undefined ? reply : { ...kept.answer, stale: { ageMs, failure } };
    if (reply.kind === 'answer' && reply.isReadable && reply.status < 300) this.#cache.keep(registration, key, reply);
    return reply;
  }

  async #ask(registration: Registration, origin: Origin, make: MakeCall, deadline: number): Promise<SourceReply> {
    const key = `${registration.tenant} ${registration.id}`;
    const until = this.#coolingUntil.get(key);
    if (until !== undefined && until > performance.now()) {
      this.counts.leftAlone();
      return { kind: 'silence', reason: 'it has failed and is not requested until its cooldown ends' };
    }
    this.#coolingUntil.delete(key);
    const startedAt = performance.now();
    const reply = await this.#answer(registration, origin, make, deadline);
    this.counts.asked(reply, performance.now() - startedAt);
    const isFailure = reply.kind === 'silence' || (reply.status >= 400 && reply.status !== 404);
    const { cooldownMs } = registration.management;
    if (cooldownMs !== undefined && (reply.kind === 'silence' || reply.status >= 500)) {
      this.#coolingUntil.set(key, performance.now() + cooldownMs, 0);
    }
    this.#parts.registrations.count(registration, !isFailure);
    return reply;
  }

  async #answer(registration: Registration, origin: Origin, make: MakeCall, deadline: number): Promise<SourceReply> {
    const { agent, refusal } = this.#parts;
    const request = await this.#request(registration, origin, make);
    if ('kind' in request) return request;
    try {
      const refused = await refusal(request.url);
      if (refused !== undefined) return { kind: 'silence', reason: refused };
      return await dispatch(agent, request, Math.max(1, deadline - performance.now()));
    } catch (error) {
      return { kind: 'silence', reason: (error as Error).message };
    }
  }

  async #request(registration: Registration, origin: Origin, make: MakeCall): Promise<SourceRequest | Silence> {
    try {
      const names = await this.namesFor(registration, origin);
      const call = make(names);
      const query: Record<string, string | undefined> = { ...call.query };
      if (registration.management.localOnly) query.local = 'true';
      const url = new URL(`${registration.endpoint}/ngsi-ld/v1${call.path}${queryText(query)}`);
      const alias = this.#parts.aliasOf(origin.tenant);
      return {
        url,
        method: call.method,
        names,
        ...requestOf(registration, origin, alias, names, call, this.#parts.forwarded),
      };
    } catch (error) {
      return { kind: 'silence', reason: (error as Error).message };
    }
  }

  /** The @context for requests to a source (4.3.6.6). @throws NgsiLdError LdContextNotAvailable */
  async namesFor(registration: Registration, { context }: Origin): Promise<Context> {
    const url = controlValue(registration, 'jsonldContext');
    if (url === undefined) return context;
    return this.#parts.contexts.cached(url) ?? this.#parts.contexts.resolve(url);
  }

  /** The @context of an answer that contains one. */
  async contextOf(value: unknown): Promise<Context> {
    return this.#parts.contexts.cached(value) ?? this.#parts.contexts.resolve(value);
  }
}

function queryText(query: { readonly [name: string]: string | undefined }): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value).replaceAll('%3A', ':').replaceAll('%2C', ',')}`],
  );
  return given.length === 0 ? '' : `?${given.join('&')}`;
}

/** A complete request. */
interface SourceRequest {
  readonly url: URL;
  readonly method: SourceCall['method'];
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly names: Context;
}

/** The failure of a source; undefined: it answered, possibly that nothing was found. */
function failureOf(reply: SourceReply): string | undefined {
  if (reply.kind === 'silence') return reply.reason;
  return reply.status >= 500 || !reply.isReadable ? `it answered with status ${reply.status}` : undefined;
}

/** Never rejects. @param timeoutMs for the whole exchange, including connecting and waiting for a connection */
function dispatch(
  agent: Dispatcher,
  { url, method, headers, body, names }: SourceRequest,
  timeoutMs: number,
): Promise<SourceReply> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let [status, size] = [0, 0];
    let answerHeaders: { readonly [name: string]: string | string[] | undefined } = {};
    let controller: Dispatcher.DispatchController | undefined;
    let isOver = false;
    const end = (reply: SourceReply) => {
      clearTimeout(timer);
      isOver = true;
      resolve(reply);
    };
    const giveUp = (reply: SourceReply) => {
      end(reply);
      controller?.abort(new Error('The request was aborted'));
    };
    const timer = setTimeout(
      () => giveUp({ kind: 'silence', reason: `no answer within ${Math.round(timeoutMs)} ms` }),
      timeoutMs,
    );
    agent.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers,
        ...(body !== undefined && { body }),
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart(started) {
          controller = started;
          if (isOver) started.abort(new Error('The request was aborted'));
        },
        onResponseStart(_controller, statusCode, received) {
          status = statusCode;
          answerHeaders = received;
        },
        onResponseData(_controller, chunk) {
          size += chunk.length;
          if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
          else if (!isOver)
            giveUp({ kind: 'answer', status, body: undefined, isReadable: false, headers: {}, names, bytes: size });
        },
        onResponseEnd() {
          if (!isOver) end({ kind: 'answer', status, ...readJson(chunks), headers: answerHeaders, names, bytes: size });
        },
        onResponseError(_controller, error) {
          if (!isOver) end({ kind: 'silence', reason: error.message });
        },
      },
    );
  });
}

function readJson(chunks: readonly Buffer[]): { body: unknown; isReadable: boolean } {
  if (chunks.length === 0) return { body: undefined, isReadable: true };
  try {
    return { body: JSON.parse(Buffer.concat(chunks).toString('utf8')), isReadable: true };
  } catch {
    return { body: undefined, isReadable: false };
  }
}
