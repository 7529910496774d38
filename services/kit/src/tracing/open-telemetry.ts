import type { Context, SpanKind as OtelKind } from '@opentelemetry/api';
import type { SpanKind, SpanRecord } from './spans.ts';
import { recordSpans } from './spans.ts';

/** Where spans are sent: an OpenTelemetry collector that speaks OTLP over HTTP. */
export interface TracingOptions {
  /** Its base URL; spans go to `v1/traces` below it. */
  readonly endpoint: string;
  /** For example its credentials. */
  readonly headers: { readonly [name: string]: string };
  readonly serviceName: string;
  /** The part of traces that is recorded, 0 to 1. */
  readonly ratio: number;
}

/** The kinds of spans as OpenTelemetry counts them. */
const KINDS: { readonly [kind in SpanKind]: OtelKind } = {
  internal: 0,
  server: 1,
  client: 2,
  producer: 3,
  consumer: 4,
};
const SAMPLED = 1;
const ERROR = 2;

/**
 * Sends spans to an OpenTelemetry collector from now on. Loads OpenTelemetry, which a process that sends none never does.
 *
 * @returns sends what is left, and ends
 */
export async function startTracing(options: TracingOptions): Promise<() => Promise<void>> {
  const [{ ROOT_CONTEXT, trace }, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const url = `${options.endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, headers: { ...options.headers } });
  /** Of the span that is being recorded: our spans have their ids before they end. */
  let own: SpanRecord | undefined;
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.serviceName }),
    sampler: new sdk.TraceIdRatioBasedSampler(options.ratio),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
    idGenerator: {
      generateTraceId: () => own?.traceId ?? '',
      generateSpanId: () => own?.spanId ?? '',
    },
  });
  const tracer = provider.getTracer('alzette');
  const contextOf = ({ traceId, parentSpanId }: SpanRecord): Context =>
    parentSpanId === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parentSpanId, traceFlags: SAMPLED, isRemote: true });
  recordSpans({
    record(span) {
      own = span;
      const { name, kind, startMs, endMs, attributes, error } = span;
      const recorded = tracer.startSpan(
        name,
        { kind: KINDS[kind], startTime: startMs, attributes: { ...attributes } },
        contextOf(span),
      );
      own = undefined;
      if (error !== undefined) recorded.setStatus({ code: ERROR, message: error });
      recorded.end(endMs);
    },
  });
  return async () => {
    recordSpans(undefined);
    await provider.shutdown();
  };
}
