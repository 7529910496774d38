import { carriedTrace } from '../tracing/tracing.ts';

/** The member of a stored run that has the trace of the request that enqueued it, beside the members of its data. */
const TRACE = '$trace';

/** The data of a run as it is stored. */
export function withTraceOf(data: object): object {
  const trace = carriedTrace();
  return trace === undefined ? data : { ...data, [TRACE]: trace };
}

/** Reads what {@link withTraceOf} made. */
export function withoutTrace(stored: object): { readonly data: object; readonly trace?: string } {
  const { [TRACE]: trace, ...data } = stored as { [TRACE]?: unknown };
  return typeof trace === 'string' ? { data, trace } : { data: stored };
}
