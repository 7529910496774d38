import { routeOf } from '@alzette/kit/serve';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { failingExample } from '../codecs/codec-examples.ts';
import type { CodecPool } from '../codecs/codec-pool.ts';
import { registryContract } from '../contract/registry.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { paging } from '../http/paging.ts';
import type { DeviceProfile } from '../mapping/device-profile.ts';
import type { Connections } from './connection.ts';
import type { Registry } from './registry.ts';
import { readConnection, readDevice, readProfile } from './validation.ts';

interface RegistryParts {
  readonly registry: Registry;
  readonly connections: Connections;
  readonly codecs: CodecPool;
}

/** `/registry/profiles`, `/registry/devices`, `/registry/connections`: reads and writes the registry. */
export async function registryRoutes(app: FastifyInstance, parts: RegistryParts): Promise<void> {
  profileRoutes(app, parts);
  deviceRoutes(app, parts);
  connectionRoutes(app, parts);
}

function profileRoutes(app: FastifyInstance, { registry, codecs }: RegistryParts): void {
  const checkExamples = async ({ codec, examples = [] }: DeviceProfile): Promise<void> => {
    const failing = codec === undefined ? undefined : await failingExample(codecs, codec, examples);
    if (failing !== undefined) throw new RegistryError('CODEC_EXAMPLE_FAILED', failing);
  };

  app.get('/registry/profiles', routeOf(registryContract.operations.profiles), async (request) => {
    const profiles = [...registry.profiles()];
    return { count: profiles.length, profiles: page(profiles, request) };
  });

  app.post('/registry/profiles', routeOf(registryContract.operations.createProfile), async (request, reply) => {
    const profile = readProfile(request.body);
    await checkExamples(profile);
    await registry.createProfile(profile);
    return reply.code(201).header('location', `/iot/registry/profiles/${profile.id}`).send(profile);
  });

  app.get<{ Params: { id: string } }>(
    '/registry/profiles/:id',
    routeOf(registryContract.operations.profile),
    async ({ params }) => {
      const found = registry.profile(params.id);
      if (found === undefined) throw new RegistryError('PROFILE_NOT_FOUND', `profile "${params.id}" does not exist`);
      const { profile, codecSha256 } = found;
      return codecSha256 === undefined ? profile : { ...profile, codecSha256 };
    },
  );

  app.put<{ Params: { id: string } }>(
    '/registry/profiles/:id',
    routeOf(registryContract.operations.saveProfile),
    async ({ params, body }, reply) => {
      const given = typeof body === 'object' && body !== null ? { id: params.id, ...body } : body;
      const profile = readProfile(given);
      if (profile.id !== params.id) {
        throw new RegistryError('WRONG_SYNTAX', `id is "${profile.id}", expected "${params.id}" as in the path`);
      }
      await checkExamples(profile);
      await registry.provision([profile], []);
      return reply.code(204).send();
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/registry/profiles/:id',
    routeOf(registryContract.operations.deleteProfile),
    async ({ params }, reply) => {
      await registry.deleteProfile(params.id);
      return reply.code(204).send();
    },
  );
}

function deviceRoutes(app: FastifyInstance, { registry }: RegistryParts): void {
  app.get('/registry/devices', routeOf(registryContract.operations.devices), async (request) => {
    const devices = [...registry.devices()];
    return { count: devices.length, devices: page(devices, request) };
  });

  app.post('/registry/devices', routeOf(registryContract.operations.createDevices), async ({ body }, reply) => {
    const given = typeof body === 'object' && body !== null && 'devices' in body ? body.devices : [body];
    if (!Array.isArray(given))
      throw new RegistryError('WRONG_SYNTAX', 'devices is not a list, expected a list of devices');
    await registry.createDevices(given.map((device, index) => readDevice(device, `devices[${index}]`)));
    return reply.code(201).send({});
  });

  app.get<{ Params: { devEui: string } }>(
    '/registry/devices/:devEui',
    routeOf(registryContract.operations.device),
    async ({ params }) => {
      const found = registry.device(params.devEui.toLowerCase());
      if (found === undefined) throw new RegistryError('DEVICE_NOT_FOUND', `device ${params.devEui} does not exist`);
      return found;
    },
  );

  app.put<{ Params: { devEui: string } }>(
    '/registry/devices/:devEui',
    routeOf(registryContract.operations.saveDevice),
    async ({ params, body }, reply) => {
      const given = typeof body === 'object' && body !== null ? { devEui: params.devEui, ...body } : body;
      const device = readDevice(given);
      if (device.devEui !== params.devEui.toLowerCase()) {
        throw new RegistryError('WRONG_SYNTAX', `devEui is ${device.devEui}, expected ${params.devEui} as in the path`);
      }
      await registry.provision([], [device]);
      return reply.code(204).send();
    },
  );

  app.delete<{ Params: { devEui: string } }>(
    '/registry/devices/:devEui',
    routeOf(registryContract.operations.deleteDevice),
    async ({ params }, reply) => {
      await registry.deleteDevice(params.devEui.toLowerCase());
      return reply.code(204).send();
    },
  );
}

function connectionRoutes(app: FastifyInstance, { connections }: RegistryParts): void {
  app.get('/registry/connections', routeOf(registryContract.operations.connections), async (request) => {
    const known = connections.list();
    return { count: known.length, connections: page(known, request) };
  });
  app.put<{ Params: { id: string } }>(
    '/registry/connections/:id',
    routeOf(registryContract.operations.saveConnection),
    async ({ params, body }, reply) => {
      const given = typeof body === 'object' && body !== null ? { ...body, id: params.id } : body;
      const { connection, secrets } = readConnection(given);
      await connections.put(connection, secrets);
      return reply.code(204).send();
    },
  );
  app.delete<{ Params: { id: string } }>(
    '/registry/connections/:id',
    routeOf(registryContract.operations.deleteConnection),
    async ({ params }, reply) => {
      await connections.delete(params.id);
      return reply.code(204).send();
    },
  );
}

function page<T>(all: readonly T[], request: FastifyRequest): T[] {
  const { limit, offset } = paging(request);
  return all.slice(offset, offset + limit);
}
