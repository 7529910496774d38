/** One request id through HTTP, jobs, notifications and devices, and spans for OpenTelemetry. */
export { startTracing, type TracingOptions } from './open-telemetry.ts';
export {
  carriedTrace,
  currentRequestId,
  currentTrace,
  enterTrace,
  newRequestId,
  REQUEST_ID_HEADER,
  type RequestTrace,
  textOfTrace,
  traceHeaders,
  traceOfHeaders,
  traceOfLog,
  traceOfText,
  withTrace,
} from './request-trace.ts';
export { beginSpan, type OpenSpan, withSpan } from './spans.ts';
