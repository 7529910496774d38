import type { FastifyInstance, FastifyRequest } from 'fastify';
import { failingExample } from '../codecs/codec-examples.ts';
import type { CodecPool } from '../codecs/codec-pool.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { paging } from '../http/paging.ts';
import type { DeviceProfile } from '../mapping/device-profile.ts';
import type { Connections } from './connection.ts';
import type { Registry } from './registry.ts';
import { readConnection, readDevice, readProfile } from './validation.ts';

/** `/registry/profiles` and `/registry/devices`: what the agents know, read and written. */
export async function registryRoutes(
  app: FastifyInstance,
  options: { readonly registry: Registry; readonly connections: Connections; readonly codecs: CodecPool },
): Promise<void> {
  const { registry, connections, codecs } = options;
  const checkExamples = async ({ codec, examples = [] }: DeviceProfile): Promise<void> => {
    const failing = codec === undefined ? undefined : await failingExample(codecs, codec, examples);
    if (failing !== undefined) throw new RegistryError('CODEC_EXAMPLE_FAILED', failing);
  };

  app.get('/registry/profiles', async (request) => {
    const profiles = [...registry.profiles()];
    return { count: profiles.length, profiles: page(profiles, request) };
  });

  app.post('/registry/profiles', async (request, reply) => {
    const profile = readProfile(request.body);
    await checkExamples(profile);
    await registry.createProfile(profile);
    return reply.code(201).header('location', `/iot/registry/profiles/${profile.id}`).send(profile);
  });

  app.get<{ Params: { id: string } }>('/registry/profiles/:id', async ({ params }) => {
    const found = registry.profile(params.id);
    if (found === undefined) throw new RegistryError('PROFILE_NOT_FOUND', `profile "${params.id}" does not exist`);
    const { profile, codecSha256 } = found;
    return codecSha256 === undefined ? profile : { ...profile, codecSha256 };
  });

  app.put<{ Params: { id: string } }>('/registry/profiles/:id', async ({ params, body }, reply) => {
    const given = typeof body === 'object' && body !== null ? { id: params.id, ...body } : body;
    const profile = readProfile(given);
    if (profile.id !== params.id) {
      throw new RegistryError('WRONG_SYNTAX', `id is "${profile.id}", expected "${params.id}" as in the path`);
    }
    await checkExamples(profile);
    await registry.provision([profile], []);
    return reply.code(204).send();
  });

  app.delete<{ Params: { id: string } }>('/registry/profiles/:id', async ({ params }, reply) => {
    await registry.deleteProfile(params.id);
    return reply.code(204).send();
  });

  app.get('/registry/devices', async (request) => {
    const devices = [...registry.devices()];
    return { count: devices.length, devices: page(devices, request) };
  });

  app.post('/registry/devices', async ({ body }, reply) => {
    const given = typeof body === 'object' && body !== null && 'devices' in body ? body.devices : [body];
    if (!Array.isArray(given))
      throw new RegistryError('WRONG_SYNTAX', 'devices is no list, expected a list of devices');
    await registry.createDevices(given.map((device, index) => readDevice(device, `devices[${index}]`)));
    return reply.code(201).send({});
  });

  app.get<{ Params: { devEui: string } }>('/registry/devices/:devEui', async ({ params }) => {
    const found = registry.device(params.devEui.toLowerCase());
    if (found === undefined) throw new RegistryError('DEVICE_NOT_FOUND', `device ${params.devEui} does not exist`);
    return found;
  });

  app.put<{ Params: { devEui: string } }>('/registry/devices/:devEui', async ({ params, body }, reply) => {
    const given = typeof body === 'object' && body !== null ? { devEui: params.devEui, ...body } : body;
    const device = readDevice(given);
    if (device.devEui !== params.devEui.toLowerCase()) {
      throw new RegistryError('WRONG_SYNTAX', `devEui is ${device.devEui}, expected ${params.devEui} as in the path`);
    }
    await registry.provision([], [device]);
    return reply.code(204).send();
  });

  app.delete<{ Params: { devEui: string } }>('/registry/devices/:devEui', async ({ params }, reply) => {
    await registry.deleteDevice(params.devEui.toLowerCase());
    return reply.code(204).send();
  });

  app.get('/registry/connections', async (request) => {
    const known = connections.list();
    return { count: known.length, connections: page(known, request) };
  });
  app.put<{ Params: { id: string } }>('/registry/connections/:id', async ({ params, body }, reply) => {
    const given = typeof body === 'object' && body !== null ? { ...body, id: params.id } : body;
    const { connection, secrets } = readConnection(given);
    await connections.put(connection, secrets);
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>('/registry/connections/:id', async ({ params }, reply) => {
    await connections.delete(params.id);
    return reply.code(204).send();
  });
}

function page<T>(all: readonly T[], request: FastifyRequest): T[] {
  const { limit, offset } = paging(request);
  return all.slice(offset, offset + limit);
}
