import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomBytes } from 'node:crypto';

/** The header of requests, answers and notifications with the request id. */
export const REQUEST_ID_HEADER = 'X-Request-Id';

/** What the current work belongs to. */
export interface RequestTrace {
  /** Stays the same through HTTP, jobs, notifications and devices. */
  readonly id: string;
  /** The span that the work is part of, 16 hexadecimal digits; absent: none is recorded. */
  readonly spanId?: string;
  /** Work on several entities that come from different requests: their ids. */
  readonly byEntity?: ReadonlyMap<string, string>;
}

const traces = new AsyncLocalStorage<RequestTrace | undefined>();

const ID = /^[\w.:-]{1,64}$/;
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;
const NO_TRACE = '0'.repeat(32);

/** So that ids are cheap: random for each process, then counted. */
const prefix = randomBytes(10).toString('hex');
let made = 0;

/** A new request id: 32 hexadecimal digits, so that it is also a valid trace id (W3C Trace Context). */
export function newRequestId(): string {
  made = (made + 1) % 2 ** 48;
  return prefix + made.toString(16).padStart(12, '0');
}

/** The trace that the headers of a request name in `traceparent` or `X-Request-Id`; otherwise a new one. */
export function traceOfHeaders(headers: { readonly [name: string]: unknown }): RequestTrace {
  const { traceparent, 'x-request-id': given } = headers;
  const id = typeof given === 'string' && ID.test(given) ? given : undefined;
  const parent = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null;
  if (parent === null || parent[1] === NO_TRACE) return { id: id ?? newRequestId() };
  const [, traceId = '', spanId = ''] = parent;
  // An id that belongs to another trace is what the client will look for.
  return id === undefined || traceIdOf(id) === traceId ? { id: id ?? traceId, spanId } : { id };
}

/** The request id of the current work; undefined: no request led to it. */
export function currentRequestId(): string | undefined {
  return traces.getStore()?.id;
}

export function currentTrace(): RequestTrace | undefined {
  return traces.getStore();
}

/**
 * The current trace as text, to be stored with work that is done later.
 *
 * @param entityId the entity that the work is about
 */
export function carriedTrace(entityId?: string): string | undefined {
  const trace = traces.getStore();
  if (trace === undefined) return undefined;
  const { id, byEntity } = trace;
  if (byEntity !== undefined && entityId !== undefined) return byEntity.get(entityId) ?? id;
  return textOfTrace(trace);
}

/** A trace as text: the id, then `/` and a span if one is recorded. */
export function textOfTrace({ id, spanId }: RequestTrace): string {
  return spanId === undefined ? id : `${id}/${spanId}`;
}

/** Reads what {@link textOfTrace} wrote; a new trace if there is nothing to read. */
export function traceOfText(carried: string | null | undefined): RequestTrace {
  if (carried === null || carried === undefined || carried === '') return { id: newRequestId() };
  const slash = carried.indexOf('/');
  return slash === -1 ? { id: carried } : { id: carried.slice(0, slash), spanId: carried.slice(slash + 1) };
}

/** Runs work as a part of a trace; undefined: as a part of none. */
export function withTrace<T>(trace: RequestTrace | undefined, work: () => T): T {
  return traces.run(trace, work);
}

/**
 * Makes the rest of the current callback, and the work that it starts, a part of a trace. For the last step of a callback:
 * unlike {@link withTrace} it does not restore the trace before, which takes as long again.
 */
export function enterTrace(trace: RequestTrace): void {
  traces.enterWith(trace);
}

/** The trace id of a request id: the id itself, or derived from one that is not 32 hexadecimal digits. */
export function traceIdOf(id: string): string {
  if (/^[0-9a-f]{32}$/.test(id) && id !== NO_TRACE) return id;
  return createHash('sha256').update(id).digest('hex').slice(0, 32);
}

/** The headers that pass a trace on; `traceparent` only where spans are recorded. */
export function traceHeaders(trace = traces.getStore()): Record<string, string> {
  if (trace === undefined) return {};
  const { id, spanId } = trace;
  return {
    [REQUEST_ID_HEADER]: id,
    ...(spanId !== undefined && { traceparent: `00-${traceIdOf(id)}-${spanId}-01` }),
  };
}

/** The members that each line of the log gets; for the option `mixin` of pino. */
export function traceOfLog(): { requestId?: string } {
  const trace = traces.getStore();
  return trace === undefined ? {} : { requestId: trace.id };
}
