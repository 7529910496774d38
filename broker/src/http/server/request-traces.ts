import {
  beginSpan,
  type OpenSpan,
  REQUEST_ID_HEADER,
  type RequestTrace,
  traceOfHeaders,
  withTrace,
} from '@alzette/kit/tracing';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The trace that log lines, jobs, notifications and commands of the request belong to. */
    trace: RequestTrace;
    /** Null if no spans are recorded. */
    span: OpenSpan | null;
  }
}

/**
 * Gives each request an id, from its headers `X-Request-Id` or `traceparent` or a new one, and returns it in the
 * answer. The request runs as part of this trace. With `LOG_LEVEL=debug` each answer is logged.
 */
export function traceRequests(app: FastifyInstance, logger: FastifyBaseLogger | undefined): void {
  app.decorateRequest('trace', null as never);
  app.decorateRequest('span', null);
  app.addHook('onRequest', beginTrace);
  app.addHook('onResponse', endTrace(logger));
}

// In lower case, as Fastify sends it: another name would be converted for each answer.
const HEADER = REQUEST_ID_HEADER.toLowerCase();

function beginTrace(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const asked = traceOfHeaders(request.headers);
  const span = beginSpan(asked);
  if (span !== undefined) request.span = span;
  request.trace = span?.trace ?? asked;
  reply.header(HEADER, asked.id);
  done();
}

const ERROR = 500;
/** Levels of the log at which each answer is logged. */
const WITH_ANSWERS: ReadonlySet<string> = new Set(['debug', 'trace']);

function endTrace(logger: FastifyBaseLogger | undefined) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { span, trace, method } = request;
    if (span !== null || WITH_ANSWERS.has(logger?.level ?? 'silent')) {
      const status = reply.statusCode;
      const route = request.routeOptions.url ?? '(none)';
      const about = () => ({
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': status,
        'url.path': request.url.split('?', 1)[0] ?? '',
        ...(request.tenant !== '' && { 'alzette.tenant': request.tenant }),
      });
      span?.end(`${method} ${route}`, 'server', about, status >= ERROR ? `Answered with status ${status}` : undefined);
      const ms = Math.round(reply.elapsedTime);
      withTrace(trace, () => logger?.debug({ method, route, status, ms }, 'a request was answered'));
    }
    done();
  };
}
