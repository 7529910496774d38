import type { PrintedRequest } from './read-tutorial.ts';

/** What a tutorial takes for brokers of others: each is a tenant of this one. */
const OTHER_BROKER = /http:\/\/(farmer|vet|contractor|devices|weather)(?::\d+)?(?=["/])/g;
const GIVEN_ID = /^(\/ngsi-ld\/v1\/(?:subscriptions|csourceRegistrations)\/)([^/?]+)/;

/** The broker that is sent what tutorials print. */
export class Tutored {
  readonly #url: string;
  readonly #served: { readonly url: string; readonly contexts: string };
  /** '' is the default one. */
  readonly #tenants = new Set(['']);
  /** By collection: the places of what was made, whose ids the broker gave. */
  readonly #made = new Map<string, string[]>();

  /** @param served the URLs that stand for `http://context`, and with `/broker/{name}` for brokers of others */
  constructor(url: string, served: { readonly url: string; readonly contexts: string }) {
    this.#url = url;
    this.#served = served;
  }

  /** Ids that the broker gave when a page was printed are replaced by those that it gives now. */
  async send({ method, path, headers, body }: PrintedRequest): Promise<{ status: number; text: string }> {
    const here = (text: string) =>
      text
        .replaceAll('http://context/', `${this.#served.contexts}/`)
        .replace(OTHER_BROKER, `${this.#served.url}/broker/$1`);
    for (const [name, value] of Object.entries(headers)) {
      if (/^(?:ngsild-tenant|fiware-service)$/i.test(name)) this.#tenants.add(value);
    }
    const response = await fetch(this.#url + escaped(this.#withMadeId(path)), {
      method,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, here(value)])),
      ...(body !== undefined && method !== 'GET' && { body: here(body) }),
    });
    const place = response.status === 201 ? response.headers.get('location') : null;
    const collection = place === null ? undefined : GIVEN_ID.exec(place)?.[1];
    if (place !== null && collection !== undefined)
      this.#made.set(collection, [...(this.#made.get(collection) ?? []), place]);
    if (method === 'DELETE' && response.ok) this.#made.get(GIVEN_ID.exec(path)?.[1] ?? '')?.pop();
    return { status: response.status, text: await response.text() };
  }

  /** Deletes all that there is in the tenants that were named. */
  async empty(): Promise<void> {
    this.#made.clear();
    for (const tenant of this.#tenants) {
      for (const collection of ['subscriptions', 'csourceRegistrations', 'entities']) {
        for (const id of await this.#idsOf(collection, tenant)) {
          const query = collection === 'entities' ? '?local=true' : '';
          await fetch(`${this.#url}/ngsi-ld/v1/${collection}/${encodeURIComponent(id)}${query}`, {
            method: 'DELETE',
            headers: tenantHeader(tenant),
          });
        }
      }
    }
  }

  async #idsOf(collection: string, tenant: string): Promise<string[]> {
    const query =
      collection === 'entities'
        ? 'local=true&limit=1000'
        : collection === 'subscriptions'
          ? 'limit=1000'
          : 'limit=1000&type=*';
    const headers = tenantHeader(tenant);
    const response = await fetch(`${this.#url}/ngsi-ld/v1/${collection}?${query}`, { headers });
    return response.ok ? ((await response.json()) as { id: string }[]).map(({ id }) => id) : [];
  }

  #withMadeId(path: string): string {
    const [start, collection = ''] = GIVEN_ID.exec(path) ?? [];
    const made = this.#made.get(collection)?.at(-1);
    return start === undefined || made === undefined ? path : made + path.slice(start.length);
  }
}

function tenantHeader(tenant: string): Record<string, string> {
  return tenant === '' ? {} : { 'NGSILD-Tenant': tenant };
}

/** A path as curl sends it: nothing is escaped but what fetch would not take. */
function escaped(path: string): string {
  return path.replace(/[\s"<>`{}|\\^]/g, encodeURIComponent);
}
