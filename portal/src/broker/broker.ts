import { httpClient, type NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import { type InjectionKey, inject, provide } from 'vue';

const KEY: InjectionKey<NgsiLdClient> = Symbol('broker');

/** The @context of the terms that the pages use. */
export function territoryContext(): string {
  return new URL('/contexts/territory/v1.jsonld', location.origin).href;
}

/** The tenant in the address; undefined: the default tenant. A change of tenant reloads the page. */
export function tenantOfPage(): string | undefined {
  return new URLSearchParams(location.search).get('tenant') ?? undefined;
}

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

/** Headers for requests without a method of the client: the territory's @context, and the page's tenant. */
export function contextLink(): Record<string, string> {
  const tenant = tenantOfPage();
  const link = `<${territoryContext()}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  return { link, ...(tenant && { 'ngsild-tenant': tenant }) };
}
