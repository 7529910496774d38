import type { PrintedRequest } from './read-tutorial.ts';

/** The tutorials' other brokers; each is a tenant of this one. */
const OTHER_BROKER = /http:\/\/(farmer|vet|contractor|devices|weather)(?::\d+)?(?=["/])/g;
/** The devices of the tutorials, which answer commands. */
const DEVICES = /http:\/\/(?:iot-sensors|tutorial):3001(?=\/iot\/)/g;
/** Subscriptions by which an agent receives commands. */
const OF_THE_AGENT = 'urn:ngsi-ld:Subscription:iot-command-';
const GIVEN_ID = /^(\/ngsi-ld\/v1\/(?:subscriptions|csourceRegistrations)\/)([^/?]+)/;

/** The broker that receives the requests of tutorials. */
export class Tutored {
  readonly #url: string;
  readonly #served: { readonly url: string; readonly contexts: string };
  /** '' is the default one. */
  readonly #tenants = new Set(['']);
  /** The objects created with an id that the broker generated. */
  #made: { readonly place: string; readonly tenant: string }[] = [];

  /** @param served the URLs that replace `http://context`, and with `/broker/{name}` the other brokers */
  constructor(url: string, served: { readonly url: string; readonly contexts: string }) {
    this.#url = url;
    this.#served = served;
  }

  /** Generated ids in the printed page are replaced by the present ones. */
  async send({ method, path, headers, body }: PrintedRequest): Promise<{ status: number; text: string }> {
    const here = (text: string) =>
      text
        .replaceAll('http://context/', `${this.#served.contexts}/`)
        .replace(DEVICES, this.#served.url)
        .replace(OTHER_BROKER, `${this.#served.url}/broker/$1`);
    let tenant = '';
    for (const [name, value] of Object.entries(headers)) {
      if (/^(?:ngsild-tenant|fiware-service)$/i.test(name)) tenant = value;
    }
    this.#tenants.add(tenant);
    const made = this.#madeFor(path, tenant);
    const response = await fetch(this.#url + escaped(made?.path ?? path), {
      method,
      headers: {
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, here(value)])),
        ...(made !== undefined && tenantHeader(made.tenant)),
      },
      ...(body !== undefined && method !== 'GET' && { body: here(body) }),
    });
    const place = response.status === 201 ? response.headers.get('location') : null;
    if (place !== null && GIVEN_ID.test(place)) this.#made.push({ place, tenant });
    if (method === 'DELETE' && response.ok) this.#made = this.#made.filter((each) => each !== made?.made);
    return { status: response.status, text: await response.text() };
  }

  /** Deletes everything in the tenants that were used. */
  async empty(): Promise<void> {
    this.#made = [];
    for (const tenant of this.#tenants) {
      await this.#emptyAgent(tenant);
      for (const collection of ['subscriptions', 'csourceRegistrations', 'entities']) {
        for (const id of await this.#idsOf(collection, tenant)) {
          if (id.startsWith(OF_THE_AGENT)) continue;
          const query = collection === 'entities' ? '?local=true' : '';
          await fetch(`${this.#url}/ngsi-ld/v1/${collection}/${encodeURIComponent(id)}${query}`, {
            method: 'DELETE',
            headers: tenantHeader(tenant),
          });
        }
      }
    }
  }

  /** The agents of the tutorials have the @context that they are started with. */
  async giveContext(tenant: string): Promise<void> {
    await fetch(`${this.#url}/ops/tenants/${tenant}/interop`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ defaultContext: `${this.#served.contexts}/user-context.jsonld`, lenient: true }),
    });
  }

  /** A broker without agents answers 404, and there is nothing to delete. */
  async #emptyAgent(tenant: string): Promise<void> {
    const headers = { 'fiware-service': tenant, 'fiware-servicepath': '/' };
    const list = async (path: string) => {
      const response = await fetch(this.#url + path, { headers });
      return response.ok ? ((await response.json()) as Record<string, Record<string, string>[]>) : {};
    };
    for (const { device_id: id = '' } of (await list('/iot/devices')).devices ?? []) {
      await fetch(`${this.#url}/iot/devices/${encodeURIComponent(id)}`, { method: 'DELETE', headers });
    }
    for (const { resource = '', apikey = '' } of (await list('/iot/services')).services ?? []) {
      const query = new URLSearchParams({ resource, apikey });
      await fetch(`${this.#url}/iot/services?${query}`, { method: 'DELETE', headers });
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

  /** The last created object, in the tenant of the request or, where pages omit it, in another. */
  #madeFor(path: string, tenant: string) {
    const [start, collection] = GIVEN_ID.exec(path) ?? [];
    if (start === undefined) return undefined;
    const likely = this.#made.filter(({ place }) => GIVEN_ID.exec(place)?.[1] === collection);
    const made = likely.findLast((each) => each.tenant === tenant) ?? likely.at(-1);
    return made && { made, tenant: made.tenant, path: made.place + path.slice(start.length) };
  }
}

function tenantHeader(tenant: string): Record<string, string> {
  return tenant === '' ? {} : { 'NGSILD-Tenant': tenant };
}

/** The path as curl sends it: escapes only what fetch would refuse. */
function escaped(path: string): string {
  return path.replace(/[\s"<>`{}|\\^]/g, encodeURIComponent);
}
