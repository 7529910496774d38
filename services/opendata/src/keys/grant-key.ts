import { randomBytes } from 'node:crypto';
import { headersOfSender } from '@alzette/kit/access';
import { Problem } from '@alzette/kit/problems';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Decision } from '../contract/contract.ts';

type Grant = Extract<Decision, { readonly decision: 'grant' }>;

/**
 * Makes a key and a policy of its own, as the page *Partners* does, where it is then found with its use and limits. With
 * the rights of who grants it.
 *
 * @throws Problem: the product refused it; nothing is left
 */
export async function grantKey(
  app: FastifyInstance,
  request: FastifyRequest,
  name: string,
  { types, writes = false, perMinute, expiresAt }: Grant,
): Promise<{ readonly key: string; readonly policy: string }> {
  const { tenant } = request;
  const policy = `partner-${slugOf(name)}-${randomBytes(4).toString('hex')}`;
  const may = writes ? ['read', 'write'] : ['read'];
  const path = `/ops/access/policies/${policy}`;
  const given = { title: name, who: { clients: [policy] }, may, types, tenants: [tenant] };
  await send('PUT', path, given);
  try {
    const limits = [{ requests: perMinute, per: 'minute' }];
    const body = { title: name, client: policy, scopes: may, limits, expiresAt };
    return { key: (await send('POST', '/ops/access/keys', body)).key ?? '', policy };
  } catch (error) {
    await send('DELETE', path).catch(() => undefined); // the reason to tell is why there is no key
    throw error;
  }

  async function send(
    method: 'PUT' | 'POST' | 'DELETE',
    url: string,
    body?: object,
  ): Promise<{ readonly key?: string }> {
    const answer = await app.inject({
      method,
      url,
      remoteAddress: request.ip,
      headers: { ...headersOfSender(request), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { payload: JSON.stringify(body) }),
    });
    const said = answer.body === '' ? {} : (answer.json() as { key?: string; title?: string; detail?: string });
    if (answer.statusCode < 300) return said;
    throw new Problem(answer.statusCode, said.title ?? 'The key was refused', said.detail ?? `${method} ${url}`);
  }
}

function slugOf(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return (
    plain
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 40) || 'key'
  );
}
