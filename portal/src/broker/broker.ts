import { httpClient, type NgsiLdClient, NgsiLdClientError, type ProblemDetails } from '@alzette/ngsi-ld-schemas';
import { type InjectionKey, inject, provide } from 'vue';

const KEY: InjectionKey<NgsiLdClient> = Symbol('broker');

/** The @context whose terms the pages speak. */
export function territoryContext(): string {
  return new URL('/contexts/territory/v1.jsonld', location.origin).href;
}

/** The broker the page was served beside. Called once, at the root. */
export function provideBroker(): NgsiLdClient {
  const broker = httpClient({ url: location.origin, context: territoryContext() });
  provide(KEY, broker);
  return broker;
}

export function useBroker(): NgsiLdClient {
  const broker = inject(KEY);
  if (!broker) throw new Error('useBroker: no broker is provided');
  return broker;
}

/** What went wrong, in the one shape the pages draw. */
export function toProblem(cause: unknown): ProblemDetails {
  if (cause instanceof NgsiLdClientError) return { ...cause.problem, status: cause.status };
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { type: 'about:blank', title: 'No answer', detail };
}
