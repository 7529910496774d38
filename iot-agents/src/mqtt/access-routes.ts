import { routeOf } from '@alzette/kit/serve';
import type { FastifyInstance } from 'fastify';
import { registryContract } from '../contract/registry.ts';
import { readGrace } from '../devices/secret.ts';
import { object } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { MqttAccess, MqttCredential } from './access.ts';
import type { MqttAddress } from './addresses.ts';

const SHORTEST_PASSWORD = 12;

/**
 * `/registry/mqtt-credentials`: passwords are accepted, never shown. A replaced password stays valid for `graceS`
 * seconds. Without a password, the client needs a certificate with that name. `/registry/mqtt`: where to publish.
 */
export async function mqttAccessRoutes(
  app: FastifyInstance,
  { access, addresses }: { readonly access: MqttAccess; readonly addresses: () => readonly MqttAddress[] },
): Promise<void> {
  app.get('/registry/mqtt', routeOf(registryContract.operations.mqtt), async () => ({ addresses: addresses() }));
  app.get('/registry/mqtt-credentials', routeOf(registryContract.operations.credentials), async () => {
    const credentials = access.list();
    return { count: credentials.length, credentials };
  });
  app.put<{ Params: { username: string } }>(
    '/registry/mqtt-credentials/:username',
    routeOf(registryContract.operations.saveCredential),
    async ({ params, body }, reply) => {
      const { password, graceS } = object(body);
      if (password !== undefined && (typeof password !== 'string' || password.length < SHORTEST_PASSWORD)) {
        throw new RegistryError('WRONG_SYNTAX', `password must be a text of at least ${SHORTEST_PASSWORD} characters`);
      }
      await access.put(readCredential(params.username, body), password, readGrace(graceS));
      return reply.code(204).send();
    },
  );
  app.delete<{ Params: { username: string } }>(
    '/registry/mqtt-credentials/:username',
    routeOf(registryContract.operations.deleteCredential),
    async ({ params }, reply) => {
      if (!(await access.delete(params.username))) {
        throw new RegistryError('CREDENTIAL_NOT_FOUND', `credential "${params.username}" does not exist`);
      }
      return reply.code(204).send();
    },
  );
}

/** @throws RegistryError WRONG_SYNTAX */
function readCredential(username: string, body: unknown): MqttCredential {
  const { apikey, device, topics, http } = object(body);
  for (const [name, value] of Object.entries({ apikey, device })) {
    if (value === undefined || (typeof value === 'string' && /^[^/+#\s]+$/.test(value))) continue;
    throw new RegistryError('WRONG_SYNTAX', `${name} is ${JSON.stringify(value)}, expected one level of a topic`);
  }
  const isTopics = Array.isArray(topics) && topics.every((topic) => typeof topic === 'string' && topic !== '');
  if (topics !== undefined && !isTopics) {
    throw new RegistryError('WRONG_SYNTAX', `topics is ${JSON.stringify(topics)}, expected a list of topic filters`);
  }
  if (apikey === undefined && topics === undefined) {
    throw new RegistryError('WRONG_SYNTAX', 'neither apikey nor topics is given, so nothing could be published');
  }
  if (http !== undefined && typeof http !== 'boolean') {
    throw new RegistryError('WRONG_SYNTAX', `http is ${JSON.stringify(http)}, expected true or false`);
  }
  return {
    username,
    ...(typeof apikey === 'string' ? { apikey } : {}),
    ...(typeof device === 'string' ? { device } : {}),
    ...(isTopics ? { topics } : {}),
    ...(http === true ? { http } : {}),
  };
}
