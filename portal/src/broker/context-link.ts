/** The @context of the terms that the pages use. */
export function territoryContext(): string {
  return new URL('/contexts/territory/v1.jsonld', location.origin).href;
}

/** The tenant in the address; undefined: the default tenant. A change of tenant reloads the page. */
export function tenantOfPage(): string | undefined {
  return new URLSearchParams(location.search).get('tenant') ?? undefined;
}

/** Headers for requests without a method of the client: the territory's @context, and the page's tenant. */
export function contextLink(): Record<string, string> {
  const tenant = tenantOfPage();
  const link = `<${territoryContext()}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  return { link, ...(tenant && { 'ngsild-tenant': tenant }) };
}
