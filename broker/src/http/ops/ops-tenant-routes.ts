import type { FastifyInstance } from 'fastify';
import type { Contexts } from '../../context/contexts.ts';
import { badMember, isJsonObject } from '../../model/values.ts';
import { API_VERSIONS, type InteropSettings, type TenantInterop } from '../../tenants/interop/interop-settings.ts';
import { type Countable, DAILY, QUOTAS, type TenantQuotas } from '../../tenants/quotas/quota.ts';
import type { Quotas } from '../../tenants/quotas/quotas.ts';
import type { TenantUsage } from '../../tenants/quotas/tenant-usage.ts';
import type { TenantDescription, Tenants } from '../../tenants/tenants.ts';
import { sendJson } from '../answers/send-json.ts';
import { isTenantName } from '../requests/request-tenant.ts';

/** The name of the default tenant in these routes; a header can't contain it. */
const DEFAULT = '@default';

const COUNTED = Object.keys(DAILY) as Countable[];

interface Named {
  Params: { name: string };
}

interface TenantParts {
  readonly tenants: Tenants;
  readonly quotas: Quotas;
  readonly usage: Pick<TenantUsage, 'ofToday'>;
  readonly interop: InteropSettings;
  readonly contexts: Contexts;
}

/** `/ops/tenants`: list tenants with their sizes; create, empty and delete them (4.14). */
export function opsTenantRoutes(app: FastifyInstance, parts: TenantParts): void {
  const { tenants, quotas, usage, interop } = parts;
  interopRoutes(app, parts);

  // → [{"name": "thil", "createdAt": "…"}, …]
  app.get('/ops/tenants', async (_request, reply) => {
    const all = await tenants.list();
    return sendJson(
      reply,
      all.map(({ name, createdAt }) => ({ name: shownName(name), createdAt: createdAt.toISOString() })),
    );
  });

  // {"name": "thil"}
  app.post('/ops/tenants', { config: { audited: { values: 'body' } } }, async (request, reply) => {
    const { body } = request;
    if (!isJsonObject(body)) throw badMember('body', body, '{"name": …}');
    const { name, ...others } = body;
    const [other] = Object.keys(others);
    if (other !== undefined) throw badMember(other, others[other], 'name only');
    if (typeof name !== 'string' || !isTenantName(name))
      throw badMember('name', name, 'a token of at most 128 characters');
    await tenants.create(name);
    return reply
      .code(201)
      .header('Location', `/ops/tenants/${encodeURIComponent(name)}`)
      .send();
  });

  // With its quotas: {"name": "thil", "entities": 12, …, "quotas": {"entities": 1000}}
  app.get<Named>('/ops/tenants/:name', async (request, reply) => {
    const tenant = nameOf(request.params.name);
    const description = shown(await tenants.describe(tenant));
    const limits = quotas.of(tenant);
    const historyRows = limits.historyRows === undefined ? undefined : await quotas.historyRowsUsed(tenant);
    return sendJson(reply, {
      ...description,
      ...(historyRows !== undefined && { historyRows }),
      quotas: limits,
      usage: Object.fromEntries(COUNTED.map((what) => [what, usage.ofToday(tenant, what)])),
      interop: interop.own(tenant),
    });
  });

  // {"entities": 1000, "requestsPerSecond": 50} replaces all quotas; what is not given is unlimited
  app.put<Named>('/ops/tenants/:name/quotas', { config: { audited: { values: 'above' } } }, async (request, reply) => {
    const tenant = nameOf(request.params.name);
    const limits = readQuotas(request.body);
    await tenants.describe(tenant);
    await quotas.set(tenant, limits);
    return reply.code(204).send();
  });

  app.delete<Named>(
    '/ops/tenants/:name/quotas',
    { config: { audited: { values: 'above' } } },
    async (request, reply) => {
      const tenant = nameOf(request.params.name);
      await tenants.describe(tenant);
      await quotas.remove(tenant);
      return reply.code(204).send();
    },
  );

  app.post<Named>('/ops/tenants/:name/empty', async (request, reply) => {
    await tenants.empty(nameOf(request.params.name));
    return reply.code(204).send();
  });

  app.delete<Named>('/ops/tenants/:name', { config: { audited: { values: 'route' } } }, async (request, reply) => {
    const tenant = nameOf(request.params.name);
    await tenants.drop(tenant);
    await interop.uses.forget(tenant);
    return reply.code(204).send();
  });
}

/** How a tenant handles clients of older stacks, if it differs from the settings of the process. */
function interopRoutes(app: FastifyInstance, { tenants, interop, contexts }: TenantParts): void {
  // What was set: {"lenient": true}; {} if nothing was, so that the settings of the process hold.
  app.get<Named>('/ops/tenants/:name/interop', async (request, reply) => {
    const tenant = nameOf(request.params.name);
    await tenants.describe(tenant);
    return sendJson(reply, interop.own(tenant));
  });

  // [{"client": "key:agent", "program": "node", "deviation": "hyphenInName", "uses": 12, "firstAt": "…", "lastAt": "…"}]
  app.get<Named>('/ops/tenants/:name/interop/uses', async (request, reply) => {
    const tenant = nameOf(request.params.name);
    await tenants.describe(tenant);
    return sendJson(reply, await interop.uses.list(tenant));
  });

  app.delete<Named>(
    '/ops/tenants/:name/interop/uses',
    { config: { audited: { values: 'route' } } },
    async (request, reply) => {
      const tenant = nameOf(request.params.name);
      await tenants.describe(tenant);
      await interop.uses.forget(tenant);
      return reply.code(204).send();
    },
  );

  // {"defaultContext": "https://…/territory.jsonld", "lenient": true} replaces the settings; "" means only the core
  // @context
  app.put<Named>('/ops/tenants/:name/interop', { config: { audited: { values: 'above' } } }, async (request, reply) => {
    const tenant = nameOf(request.params.name);
    const own = readInterop(request.body);
    await tenants.describe(tenant);
    if (own.defaultContext) await contexts.resolve(own.defaultContext);
    await interop.set(tenant, own);
    return reply.code(204).send();
  });

  app.delete<Named>(
    '/ops/tenants/:name/interop',
    { config: { audited: { values: 'above' } } },
    async (request, reply) => {
      const tenant = nameOf(request.params.name);
      await tenants.describe(tenant);
      await interop.remove(tenant);
      return reply.code(204).send();
    },
  );
}

function readInterop(body: unknown): TenantInterop {
  if (!isJsonObject(body)) throw badMember('body', body, 'an object with some of defaultContext, lenient, version');
  const { defaultContext, lenient, version, ...others } = body;
  const [other] = Object.keys(others);
  if (other !== undefined) throw badMember(other, others[other], 'defaultContext, lenient or version');
  if (defaultContext !== undefined && (typeof defaultContext !== 'string' || !isContextUrl(defaultContext))) {
    throw badMember('defaultContext', defaultContext, 'the http(s) URL of a @context, or ""');
  }
  if (version !== undefined && !API_VERSIONS.some((known) => known === version)) {
    throw badMember('version', version, API_VERSIONS.join(' or '));
  }
  if (lenient !== undefined && typeof lenient !== 'boolean') throw badMember('lenient', lenient, 'true or false');
  return body;
}

function isContextUrl(text: string): boolean {
  return text === '' || ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? '');
}

const MOST = 1_000_000_000_000;
const MAX_REQUESTS = 1_000_000;

function readQuotas(body: unknown): TenantQuotas {
  if (!isJsonObject(body)) throw badMember('body', body, `an object with some of ${Object.keys(QUOTAS).join(', ')}`);
  for (const [name, quota] of Object.entries(body)) {
    if (!Object.hasOwn(QUOTAS, name)) throw badMember(name, quota, `one of ${Object.keys(QUOTAS).join(', ')}`);
    const [least, most] = name === 'requestsPerSecond' ? [1, MAX_REQUESTS] : [0, MOST];
    if (!Number.isInteger(quota) || (quota as number) < least || (quota as number) > most) {
      throw badMember(name, quota, `an integer from ${least} to ${most}`);
    }
  }
  return body as TenantQuotas; // checked member by member
}

function shown({ name, createdAt, ...counts }: TenantDescription) {
  return { name: shownName(name), createdAt: createdAt.toISOString(), ...counts };
}

function shownName(name: string): string {
  return name === '' ? DEFAULT : name;
}

function nameOf(text: string): string {
  if (text === DEFAULT) return '';
  if (!isTenantName(text)) throw badMember('name', text, `a tenant, or ${DEFAULT}`);
  return text;
}
