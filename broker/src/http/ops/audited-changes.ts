import type { AuditedChange } from '@alzette/kit/audited-change';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ANONYMOUS, actorOf } from '../../access/principal.ts';
import { changeBetween, type RecordedChange, whileChanging } from '../../access/recorded-change.ts';
import { isJsonObject } from '../../model/values.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For routes that change what is configured. */
    audited?: AuditedChange;
  }
}

/** Headers that identify the sender and the tenant, and the @context of names. */
const OF_THE_CALLER = ['authorization', 'x-api-key', 'ngsild-tenant', 'fiware-service', 'link'] as const;

/**
 * Reads the values that routes with `audited` in their configuration change, before and after each request, so that its
 * entry in the audit tells them. Call it before routes are added.
 */
export function readAuditedChanges(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const audited = route.config?.audited;
    if (audited === undefined) return;
    route.preHandler = [
      (request: FastifyRequest, _reply: unknown, done: () => void): void => {
        // The act matters more than what the audit tells of it.
        void changeOf(request, audited)
          .catch(() => async () => undefined)
          .then((read) => whileChanging({ actors: actorsOf(request), read }, done));
      },
      ...[route.preHandler ?? []].flat(),
    ];
  });

  async function changeOf(
    request: FastifyRequest,
    { values, hidden }: AuditedChange,
  ): Promise<() => Promise<RecordedChange | undefined>> {
    const { method, body } = request;
    if (values === 'body') return async () => (isJsonObject(body) ? changeBetween(undefined, body, hidden) : undefined);
    const stateOf = values === 'route' ? ofRoute : fromAbove;
    const before = await stateOf(request);
    return async () => changeBetween(before, method === 'DELETE' ? undefined : await stateOf(request), hidden);
  }

  /** @returns undefined: it does not exist, or cannot be read */
  function ofRoute(request: FastifyRequest): Promise<object | undefined> {
    return read(request, pathOf(request));
  }

  async function fromAbove(request: FastifyRequest): Promise<object | undefined> {
    const path = pathOf(request);
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

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? '';
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
