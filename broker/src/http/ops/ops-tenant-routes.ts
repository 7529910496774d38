import type { FastifyInstance } from 'fastify';
import { badMember, isJsonObject } from '../../model/values.ts';
import { QUOTAS, type TenantQuotas } from '../../tenants/quotas/quota.ts';
import type { Quotas } from '../../tenants/quotas/quotas.ts';
import type { TenantDescription, Tenants } from '../../tenants/tenants.ts';
import { sendJson } from '../answers/send-json.ts';
import { isTenantName } from '../requests/request-tenant.ts';

/** How the default tenant is named here; no header can name one so. */
const DEFAULT = '@default';

interface Named {
  Params: { name: string };
}

/** `/ops/tenants`: which there are and how much they have; to make, empty and drop them (4.14). */
export function opsTenantRoutes(app: FastifyInstance, tenants: Tenants, quotas: Quotas): void {
  // → [{"name": "thil", "createdAt": "…"}, …]
  app.get('/ops/tenants', async (_request, reply) => {
    const all = await tenants.list();
    return sendJson(
      reply,
      all.map(({ name, createdAt }) => ({ name: shownName(name), createdAt: createdAt.toISOString() })),
    );
  });

  // {"name": "thil"}
  app.post('/ops/tenants', async (request, reply) => {
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

  // With what it may have at most: {"name": "thil", "entities": 12, …, "quotas": {"entities": 1000}}
  app.get<Named>('/ops/tenants/:name', async (request, reply) => {
    const tenant = nameOf(request.params.name);
    const description = shown(await tenants.describe(tenant));
    const limits = quotas.of(tenant);
    const historyRows = limits.historyRows === undefined ? undefined : await quotas.historyRowsUsed(tenant);
    return sendJson(reply, { ...description, ...(historyRows !== undefined && { historyRows }), quotas: limits });
  });

  // {"entities": 1000, "requestsPerSecond": 50}: in place of the quotas that it had; what is not there is not limited
  app.put<Named>('/ops/tenants/:name/quotas', async (request, reply) => {
    const tenant = nameOf(request.params.name);
    const limits = readQuotas(request.body);
    await tenants.describe(tenant);
    await quotas.set(tenant, limits);
    return reply.code(204).send();
  });

  app.delete<Named>('/ops/tenants/:name/quotas', async (request, reply) => {
    const tenant = nameOf(request.params.name);
    await tenants.describe(tenant);
    await quotas.remove(tenant);
    return reply.code(204).send();
  });

  app.post<Named>('/ops/tenants/:name/empty', async (request, reply) => {
    await tenants.empty(nameOf(request.params.name));
    return reply.code(204).send();
  });

  app.delete<Named>('/ops/tenants/:name', async (request, reply) => {
    await tenants.drop(nameOf(request.params.name));
    return reply.code(204).send();
  });
}

const MOST = 1_000_000_000_000;
const MOST_REQUESTS = 1_000_000;

function readQuotas(body: unknown): TenantQuotas {
  if (!isJsonObject(body)) throw badMember('body', body, `an object with some of ${Object.keys(QUOTAS).join(', ')}`);
  for (const [name, quota] of Object.entries(body)) {
    if (!Object.hasOwn(QUOTAS, name)) throw badMember(name, quota, `one of ${Object.keys(QUOTAS).join(', ')}`);
    const [least, most] = name === 'requestsPerSecond' ? [1, MOST_REQUESTS] : [0, MOST];
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
