import type { FastifyInstance } from 'fastify';
import { badMember, isJsonObject } from '../model/values.ts';
import type { TenantDescription, Tenants } from '../store/tenants.ts';
import { isTenantName } from './request.ts';
import { sendJson } from './send-json.ts';

/** How the default tenant is named here; no header can name one so. */
const DEFAULT = '@default';

interface Named {
  Params: { name: string };
}

/** `/ops/tenants`: which there are and how much they have; to make, empty and drop them (4.14). */
export function opsTenantRoutes(app: FastifyInstance, tenants: Tenants): void {
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

  app.get<Named>('/ops/tenants/:name', async (request, reply) =>
    sendJson(reply, shown(await tenants.describe(nameOf(request.params.name)))),
  );

  app.post<Named>('/ops/tenants/:name/empty', async (request, reply) => {
    await tenants.empty(nameOf(request.params.name));
    return reply.code(204).send();
  });

  app.delete<Named>('/ops/tenants/:name', async (request, reply) => {
    await tenants.drop(nameOf(request.params.name));
    return reply.code(204).send();
  });
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
