import { httpClient, type NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import { type InjectionKey, inject, provide } from 'vue';
import { tenantOfPage, territoryContext } from './context-link.ts';

const KEY: InjectionKey<NgsiLdClient> = Symbol('broker');

/** Provides the client of the broker that serves the page. Called once, at the root. */
export function provideBroker(): NgsiLdClient {
  const tenant = tenantOfPage();
  const broker = httpClient({ url: location.origin, context: territoryContext(), ...(tenant && { tenant }) });
  provide(KEY, broker);
  return broker;
}

export function useBroker(): NgsiLdClient {
  const broker = inject(KEY);
  if (!broker) throw new Error('useBroker: no broker is provided');
  return broker;
}

/** The URL of a live feed of these types, in concise form. */
export function feedUrl({
  type,
  attrs,
  context = territoryContext(),
}: {
  type: string;
  /** Only changes of these attributes, separated by commas. */
  attrs?: string;
  context?: string;
}): string {
  const tenant = tenantOfPage();
  return `/events?${new URLSearchParams({ type, format: 'concise', context, ...(attrs && { attrs }), ...(tenant && { tenant }) })}`;
}
