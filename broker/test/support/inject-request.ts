import type { createBroker } from '../../src/main.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Sends a request of the NGSI-LD API in a tenant, unless the headers name another. A body that is a text is sent as it
 * is, anything else as JSON.
 */
export function injectRequest(
  { app }: Pick<Awaited<ReturnType<typeof createBroker>>, 'app'>,
  tenant: string,
  method: Method,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  return app.inject({
    method,
    url: `/ngsi-ld/v1${path}`,
    headers: {
      'ngsild-tenant': tenant,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}
