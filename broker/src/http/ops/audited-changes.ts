import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ANONYMOUS, actorOf } from '../../access/principal.ts';
import { changeBetween, type RecordedChange, whileChanging } from '../../access/recorded-change.ts';
import { isJsonObject } from '../../model/values.ts';

/** Routes of what an administrator configures, of the broker and of services. Reports of citizens are not. */
const CONFIGURATION: readonly RegExp[] = [
  /^\/ops\/(?!access\/|audit|validate$|jobs\/)/,
  /^\/iot\/(?:registry|sources)(?:\/|$)/,
  /^\/rules(?:\/(?!check$|backtest$|notify\/)|$)/,
  /^\/ngsi-ld\/v1\/(?:subscriptions|csourceRegistrations|csourceSubscriptions)(?:\/|$)/,
  /^\/(?:channels|dashboards|opendata\/datasets|insights\/uses)\//,
  /^\/alarms\/(?:escalations|service-levels)(?:\/|$)/,
  /^\/publishing\/(?!items\/:id\/(?:keepers|proposals))(?:items|feeds|push|settings)(?:\/|$)/,
  /^\/reports\/(?:categories|templates|settings|keys)(?:\/|$)/,
  /^\/(?:lighting|waste|energy)\/(?:settings|strategies|zones|override-policy|buildings)(?:\/|$)/,
];
const PERSONS = /^\/(?:ops\/identity\/users|channels\/recipients)\b/;
/** Headers that identify the sender and the tenant, and the @context of names. */
const OF_THE_CALLER = ['authorization', 'x-api-key', 'ngsild-tenant', 'fiware-service', 'link'] as const;
const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Reads what is configured before and after each request that changes it, as its sender may read it, so that the act in
 * the audit tells what it changed. Call it before routes are added.
 */
export function readAuditedChanges(app: FastifyInstance): void {
  /** Routes of collections: those with a route for one of theirs. */
  const collections = new Set<string>();
  app.addHook('onRoute', (route) => {
    const [, collection] = /^(.+)\/:[^/]+$/.exec(route.url) ?? [];
    if (collection !== undefined) collections.add(collection);
    const methods = [route.method].flat();
    if (!CONFIGURATION.some((routes) => routes.test(route.url)) || !methods.some((method) => WRITES.has(method)))
      return;
    route.preHandler = [
      (request: FastifyRequest, _reply: unknown, done: () => void): void => {
        // The act matters more than what the audit tells of it.
        void changeOf(request)
          .catch(() => async () => undefined)
          .then((read) => whileChanging({ actors: actorsOf(request), read }, done));
      },
      ...[route.preHandler ?? []].flat(),
    ];
  });

  async function changeOf(request: FastifyRequest): Promise<() => Promise<RecordedChange | undefined>> {
    const { method, body } = request;
    const isPerson = PERSONS.test(request.url);
    if (method === 'POST') {
      const isNew = collections.has(request.routeOptions.url ?? '') && isJsonObject(body);
      return async () => (isNew ? changeBetween(undefined, body, isPerson) : undefined);
    }
    const before = await stateOf(request);
    return async () => changeBetween(before, method === 'DELETE' ? undefined : await stateOf(request), isPerson);
  }

  /** By the route itself, or else by that of the collection; undefined: it does not exist, or cannot be read. */
  async function stateOf(request: FastifyRequest): Promise<object | undefined> {
    const path = request.url.split('?', 1)[0] ?? '';
    const url = request.routeOptions.url ?? '';
    if (app.hasRoute({ method: 'GET', url })) return read(request, path);
    const at = path.lastIndexOf('/');
    const above = await read(request, path.slice(0, at));
    return above && memberOf(above, decodeURIComponent(path.slice(at + 1)));
  }

  async function read(request: FastifyRequest, url: string): Promise<object | undefined> {
    const headers = Object.fromEntries(
      OF_THE_CALLER.flatMap((name) => {
        const value = request.headers[name];
        return value === undefined ? [] : [[name, String(value)]];
      }),
    );
    try {
      const answer = await app.inject({
        method: 'GET',
        url,
        remoteAddress: request.ip,
        headers: { accept: 'application/json', ...headers },
      });
      const body: unknown = answer.statusCode === 200 ? answer.json() : undefined;
      return typeof body === 'object' && body !== null ? body : undefined;
    } catch {
      return undefined;
    }
  }
}

/** If access control is off, the broker names the sender `anonymous`, and services `open`. */
function actorsOf({ access }: FastifyRequest): string[] {
  if (access === null) return [actorOf(ANONYMOUS), 'open'];
  const { principal } = access;
  return [actorOf(principal), `${principal.kind}:${principal.id}`];
}

/** One of a collection, or a member of a document. */
function memberOf(above: object, name: string): object | undefined {
  const lists = Array.isArray(above) ? [above] : Object.values(above).filter(Array.isArray);
  const found: unknown = lists.flat().find((each) => isJsonObject(each) && isNamed(each, name));
  if (isJsonObject(found)) return found;
  const member = Array.isArray(above) ? undefined : (above as Readonly<Record<string, unknown>>)[name];
  return isJsonObject(member) ? member : undefined;
}

function isNamed({ id, name, code }: { id?: unknown; name?: unknown; code?: unknown }, wanted: string): boolean {
  return id === wanted || (id === undefined && (name === wanted || code === wanted));
}
