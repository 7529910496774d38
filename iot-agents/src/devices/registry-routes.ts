import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { failingExample } from '../codecs/codec-examples.ts';
import type { CodecPool } from '../codecs/codec-pool.ts';
import type { Counters, Refusal } from '../delivery/counters.ts';
import type { Connections } from './connection.ts';
import type { DeviceProfile } from './device.ts';
import type { Registry } from './registry.ts';
import type { RegistryErrorName } from './validation.ts';
import { RegistryError, readConnection, readDevice, readProfile } from './validation.ts';

const STATUS: Readonly<Record<RegistryErrorName, number>> = {
  WRONG_SYNTAX: 400,
  DEVICE_NOT_FOUND: 404,
  DUPLICATE_DEVICE_ID: 409,
  PROFILE_NOT_FOUND: 404,
  DUPLICATE_PROFILE: 409,
  PROFILE_IN_USE: 409,
  FRAME_NOT_FOUND: 404,
  CONNECTION_NOT_FOUND: 404,
  SOURCE_NOT_FOUND: 404,
  DUPLICATE_SOURCE: 409,
  SOURCE_BUSY: 409,
  SOURCE_UNREADABLE: 422,
  UNAUTHORIZED: 401,
  TOO_MANY_DEVICES: 429,
  CREDENTIAL_NOT_FOUND: 404,
  COMMAND_NOT_FOUND: 404,
  COMMAND_UNKNOWN: 404,
  NO_DOWNLINK_ROUTE: 409,
  ENCODE_ERROR: 400,
  CODEC_EXAMPLE_FAILED: 400,
  BAD_REQUEST: 400,
  MISSING_HEADERS: 400,
  MISSING_CONFIG_PARAMS: 400,
  MISMATCHED_SERVICE: 403,
  DUPLICATE_GROUP: 409,
  DEVICE_GROUP_NOT_FOUND: 404,
  AMBIGUOUS_DEVICE_ID: 409,
  MANDATORY_PARAMS_NOT_FOUND: 400,
  UNSUPPORTED_TYPE: 400,
  PARSE_ERROR: 400,
};

/** Answers errors as `{ name, message }`, the way of the IoT agents. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | RegistryError, request, reply) => {
    if (error instanceof RegistryError) {
      return reply.code(STATUS[error.name]).send({ name: error.name, message: error.message });
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ name: 'WRONG_SYNTAX', message: error.message });
    request.log.error({ err: error }, 'a request to the IoT agents failed');
    return reply.code(500).send({ name: 'INTERNAL_ERROR', message: 'something went wrong inside' });
  });
}

/** Counts what is not let in, and leaves the answer to the handler around it. */
export function countRefusals(
  app: FastifyInstance,
  { refused }: Pick<Counters, 'refused'>,
  kinds: { readonly [name in RegistryErrorName]?: Refusal },
): void {
  app.setErrorHandler((error: FastifyError | RegistryError) => {
    const kind = error instanceof RegistryError ? kinds[error.name] : undefined;
    if (kind !== undefined) refused[kind] += 1;
    throw error;
  });
}

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

const LARGEST_PAGE = 1_000;

/** `limit` (at most 1000) and `offset`. @throws RegistryError WRONG_SYNTAX */
export function paging({ query }: FastifyRequest): { limit: number; offset: number } {
  const given = query as { limit?: unknown; offset?: unknown };
  const read = (name: 'limit' | 'offset', otherwise: number, most: number): number => {
    const text = given[name];
    if (text === undefined) return otherwise;
    const value = typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value <= most))
      throw new RegistryError('WRONG_SYNTAX', `${name} is "${text}", expected a number up to ${most}`);
    return value;
  };
  return { limit: read('limit', 100, LARGEST_PAGE), offset: read('offset', 0, 999_999_999) };
}

function page<T>(all: readonly T[], request: FastifyRequest): T[] {
  const { limit, offset } = paging(request);
  return all.slice(offset, offset + limit);
}
