import { randomBytes } from 'node:crypto';
import { type RequestTrace, traceIdOf, withTrace } from './request-trace.ts';

/** As in OpenTelemetry. */
export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal';

export interface SpanRecord {
  readonly name: string;
  readonly kind: SpanKind;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: { readonly [name: string]: string | number };
  /** What failed. */
  readonly error?: string;
}

/** Receives spans that have ended. */
export interface SpanRecorder {
  record(span: SpanRecord): void;
}

let recorder: SpanRecorder | undefined;

/** Records spans from now on; undefined: no longer. */
export function recordSpans(by: SpanRecorder | undefined): void {
  recorder = by;
}

/** A span in progress. */
export interface OpenSpan {
  /** The trace for the work within the span. */
  readonly trace: RequestTrace;
  end(
    name: string,
    kind: SpanKind,
    attributes: () => { readonly [name: string]: string | number },
    error?: string,
  ): void;
}

/** Begins a span within a trace. Undefined if no spans are recorded. */
export function beginSpan(parent: RequestTrace): OpenSpan | undefined {
  if (recorder === undefined) return undefined;
  const startMs = now();
  const { id, spanId: parentSpanId } = parent;
  const spanId = randomBytes(8).toString('hex');
  return {
    trace: { id, spanId },
    end(name, kind, attributes, error) {
      recorder?.record({
        name,
        kind,
        traceId: traceIdOf(id),
        spanId,
        ...(parentSpanId !== undefined && { parentSpanId }),
        startMs,
        endMs: now(),
        attributes: { ...attributes(), 'alzette.request_id': id },
        ...(error !== undefined && { error }),
      });
    },
  };
}

/** Runs work as a part of a trace, with a span if spans are recorded. */
export async function withSpan<T>(
  parent: RequestTrace,
  span: {
    readonly name: string;
    readonly kind: SpanKind;
    readonly attributes: { readonly [name: string]: string | number };
  },
  work: () => Promise<T>,
): Promise<T> {
  const open = beginSpan(parent);
  if (open === undefined) return withTrace(parent, work);
  try {
    const result = await withTrace(open.trace, work);
    open.end(span.name, span.kind, () => span.attributes);
    return result;
  } catch (error) {
    open.end(span.name, span.kind, () => span.attributes, error instanceof Error ? error.message : String(error));
    throw error;
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
