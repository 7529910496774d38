import { timingSafeEqual } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import type { Database } from '../../database.ts';
import { sha256 } from '../../devices/secret.ts';
import type { JsonObject } from '../../frames/json-values.ts';
import { isObject, objects, text } from '../../frames/json-values.ts';
import { RegistryError } from '../../frames/registry-error.ts';
import { credentialsOf } from '../../http/credentials.ts';
import type { TalqDocument } from './gateway-rows.ts';
import * as rows from './gateway-rows.ts';
import type { TalqGateways } from './gateways.ts';
import { loggerConfigs } from './logger-config.ts';
import { readTalqDevice } from './talq-device.ts';
import { TalqError } from './talq-error.ts';
import type { TalqSource } from './talq-source.ts';
import type { TalqSources } from './talq-sources.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The gateway that calls, once it has been admitted. */
    talqSource: TalqSource | null;
  }
}

const LONGEST_BODY = 32 * 1024 * 1024;
const UUID = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

interface WithAddress {
  Params: { address: string };
}

/**
 * `/talq/{source}`: the API of a Central Management Software, TALQ 2, called by the gateway of that source with its
 * secret as a bearer token, a Basic password or in `X-API-Key`.
 */
export async function gatewayRoutes(
  app: FastifyInstance,
  {
    db,
    gateways,
    talqSources,
    runSoon,
  }: {
    readonly db: Database;
    readonly gateways: TalqGateways;
    readonly talqSources: Pick<TalqSources, 'talq'>;
    /** Makes the source due at once, unless it is stopped. */
    readonly runSoon: (id: string) => Promise<void>;
  },
): Promise<void> {
  const putClasses = async ({ id }: TalqSource, given: readonly JsonObject[]): Promise<void> => {
    const { deviceClasses } = await rows.findGateway(db, id);
    const named = new Map(objects(deviceClasses).map((each) => [each.name, each]));
    for (const each of given) named.set(each.name, each);
    await rows.noteGateway(db, id, { deviceClasses: [...named.values()], isHeard: true });
  };
  const take = async (source: TalqSource, method: 'POST' | 'PUT' | 'PATCH', devices: TalqDocument[]): Promise<void> => {
    if (method === 'PATCH') await gateways.patchDevices(source, devices);
    else await gateways.putDevices(source, devices, method === 'PUT');
    await rows.noteGateway(db, source.id, { isHeard: true });
  };
  const deviceOf = async (request: FastifyRequest<WithAddress>): Promise<TalqDocument> => {
    const address = request.params.address.toLowerCase();
    const found = (await rows.lockTalqDevices(db, sourceOfRequest(request).id, [address])).get(address);
    if (found === undefined) throw notFound(`device ${address}`);
    return found;
  };
  async function functionOf(
    request: FastifyRequest<{ Params: { address: string; functionId: string } }>,
  ): Promise<JsonObject> {
    const { functionId } = request.params;
    const found = objects((await deviceOf(request)).functions).find(({ id }) => id === functionId);
    if (found === undefined) throw notFound(`function ${functionId}`);
    return found;
  }

  await app.register(
    async (scope) => {
      answerTalq(scope);
      scope.decorateRequest('talqSource', null);
      // Before the body is read.
      scope.addHook('onRequest', async (request) => {
        // Every path here has it.
        const { source } = request.params as { source: string };
        request.talqSource = admitted(request, await talqSources.talq(source).catch(unlessRegistry));
      });

      scope.post('/services', async (request, reply) => {
        const source = sourceOfRequest(request);
        const services = listOf(request.body, 'name');
        await rows.noteGateway(db, source.id, { services, isHeard: true });
        // It has just been connected: its devices are read, and it is told what to report.
        await runSoon(source.id);
        return reply.code(201).send();
      });

      for (const method of ['POST', 'PUT'] as const) {
        scope.route({
          method,
          url: '/device-classes',
          bodyLimit: LONGEST_BODY,
          async handler(request, reply) {
            const given = listOf(request.body, 'name');
            await putClasses(sourceOfRequest(request), given);
            return reply.code(method === 'POST' ? 201 : 200).send(given);
          },
        });
      }
      scope.put<{ Params: { className: string } }>('/device-classes/:className', async (request) => {
        const given = { ...(isObject(request.body) ? request.body : {}), name: request.params.className };
        await putClasses(sourceOfRequest(request), [given]);
        return given;
      });
      scope.delete<{ Params: { className: string } }>('/device-classes/:className', async (request) => {
        const { id } = sourceOfRequest(request);
        const { deviceClasses } = await rows.findGateway(db, id);
        const gone = objects(deviceClasses).find(({ name }) => name === request.params.className);
        if (gone === undefined) throw notFound(`device class ${request.params.className}`);
        const left = deviceClasses.filter((each) => each !== gone);
        await rows.noteGateway(db, id, { deviceClasses: left, isHeard: true });
        return gone;
      });

      scope.get<{ Querystring: { offset?: string; limit?: string } }>('/devices', async (request, reply) => {
        const { id } = sourceOfRequest(request);
        const offset = countOf(request.query.offset, 'offset') ?? 0;
        const limit = countOf(request.query.limit, 'limit');
        const devices = await rows.listTalqDevices(db, id, limit, offset);
        if (limit !== undefined || request.query.offset !== undefined) {
          reply.header('pagination-totalCount', await rows.countTalqDevices(db, id));
          reply.header('pagination-count', devices.length);
        }
        return devices;
      });
      for (const method of ['POST', 'PUT', 'PATCH'] as const) {
        scope.route({
          method,
          url: '/devices',
          bodyLimit: LONGEST_BODY,
          async handler(request, reply) {
            const given = devicesOf(request.body);
            await take(sourceOfRequest(request), method, given);
            return method === 'PATCH' ? reply.send() : reply.code(method === 'POST' ? 201 : 200).send(given);
          },
        });
      }
      for (const method of ['PUT', 'PATCH'] as const) {
        scope.route<WithAddress>({
          method,
          url: '/devices/:address',
          async handler(request, reply) {
            const given = devicesOf([{ ...(isObject(request.body) ? request.body : {}), ...request.params }]);
            await take(sourceOfRequest(request), method, given);
            return method === 'PATCH' ? reply.send() : given[0];
          },
        });
      }
      scope.delete<WithAddress>('/devices/:address', async (request) => {
        const device = await deviceOf(request);
        await rows.deleteTalqDevice(db, sourceOfRequest(request).id, device.address);
        return device;
      });
      scope.get<WithAddress>('/devices/:address', deviceOf);
      scope.get<{ Params: { address: string; functionId: string; attribute?: string } }>(
        '/devices/:address/:functionId',
        functionOf,
      );
      scope.get<{ Params: { address: string; functionId: string; attribute: string } }>(
        '/devices/:address/:functionId/:attribute',
        async (request) => {
          const { attribute } = request.params;
          const value = (await functionOf(request))[attribute];
          if (!isObject(value)) throw notFound(`attribute ${attribute}`);
          return value;
        },
      );

      scope.post('/log-reports', { bodyLimit: LONGEST_BODY }, async (request, reply) => {
        const source = sourceOfRequest(request);
        const unknown = await gateways.takeReport(source, request.body).catch(async (cause: unknown) => {
          if (cause instanceof TalqError && cause.status === 422) await runSoon(source.id);
          throw cause;
        });
        await rows.noteGateway(db, source.id, { isHeard: true });
        if (unknown.length > 0) {
          request.log.warn(
            { source: source.id, devices: unknown.slice(0, 20) },
            'a gateway reports of unknown devices',
          );
          await runSoon(source.id);
        }
        return reply.code(201).send();
      });

      scope.get<WithAddress>('/logger-configs/:address', async (request) => {
        const found = loggerConfigs(sourceOfRequest(request)).find(({ address }) => address === request.params.address);
        if (found === undefined) throw notFound(`logger ${request.params.address}`);
        return found;
      });
      // Groups and packages that a CMS has made for its gateway: we make none.
      for (const resource of ['groups', 'data-packages']) {
        scope.get(`/${resource}`, async () => []);
        scope.get<WithAddress>(`/${resource}/:address`, async ({ params }) => {
          throw notFound(`${resource}/${params.address}`);
        });
      }
    },
    { prefix: '/talq/:source' },
  );
}

/** There is no such source: which is not told. */
function unlessRegistry(cause: unknown): undefined {
  if (!(cause instanceof RegistryError)) throw cause;
}

/** The gateway, if it is who it says. @throws TalqError */
function admitted(request: FastifyRequest, source: TalqSource | undefined): TalqSource {
  const { gatewaySecret, gatewayAddress } = source?.from ?? {};
  // Of a source that is none, or takes no calls, nothing can be learnt.
  const isKnown =
    gatewaySecret !== undefined &&
    credentialsOf(request).some((given) => timingSafeEqual(sha256(given), sha256(gatewaySecret)));
  if (source === undefined || !isKnown) throw new TalqError(401, 'genericError', 'expected the secret of this gateway');
  const version = text(request.headers['talq-api-version']);
  if (version === undefined) throw new TalqError(400, 'headerMissing', 'talq-api-version is missing');
  if (!/^2\.\d+\.\d+$/.test(version)) {
    throw new TalqError(400, 'headerValueNotValid', `talq-api-version is ${version}, expected 2.x`);
  }
  const { clientAddress, talqRequestId } = request.query as { clientAddress?: unknown; talqRequestId?: unknown };
  if (clientAddress === undefined) throw new TalqError(400, 'parameterMissing', 'clientAddress is missing');
  if (String(clientAddress).toLowerCase() !== gatewayAddress?.toLowerCase()) {
    throw new TalqError(400, 'parameterValueNotValid', `clientAddress is ${clientAddress}, expected the gateway's`);
  }
  if (request.method === 'GET' || request.method === 'HEAD') return source;
  if (talqRequestId === undefined) throw new TalqError(400, 'parameterMissing', 'talqRequestId is missing');
  if (!UUID.test(String(talqRequestId))) {
    throw new TalqError(400, 'parameterValueNotValid', `talqRequestId is ${talqRequestId}, expected a UUID`);
  }
  return source;
}

function sourceOfRequest({ talqSource }: FastifyRequest): TalqSource {
  if (talqSource === null) throw new Error('a gateway was not admitted');
  return talqSource;
}

function listOf(body: unknown, member: string): JsonObject[] {
  const list = objects(body);
  const wrong = !Array.isArray(body) || list.length !== body.length;
  const nameless = list.findIndex((each) => text(each[member]) === undefined);
  if (wrong) throw new TalqError(400, 'payloadError', 'the body is no list of objects');
  if (nameless >= 0) throw new TalqError(400, 'payloadError', `[${nameless}].${member} is missing`);
  return list;
}

function devicesOf(body: unknown): TalqDocument[] {
  return listOf(body, 'address').map((given, index) => {
    const device = readTalqDevice(given);
    if (device === undefined) throw new TalqError(400, 'payloadError', `[${index}].address is no UUID`);
    return { ...given, address: device.address };
  });
}

function countOf(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) {
    throw new TalqError(400, 'parameterValueNotValid', `${name} is ${value}, expected a number`);
  }
  return Number(value);
}

function notFound(what: string): TalqError {
  return new TalqError(404, 'resourceNotFound', `${what} is not known`);
}

/** Errors as a list of TALQErrorMessage. */
function answerTalq(scope: FastifyInstance): void {
  scope.setErrorHandler((error: FastifyError | TalqError | RegistryError, request, reply) => {
    if (error instanceof TalqError) {
      return reply.code(error.status).send([{ key: error.key, description: error.message }]);
    }
    // An error of the application around this scope (its `type` is its name), which has its own handler.
    if ('type' in error && error.type === error.name) throw error;
    const status = error instanceof RegistryError ? 422 : (error.statusCode ?? 500);
    if (status >= 500) request.log.error({ err: error }, 'a request of a gateway failed');
    const [key, description] =
      status < 500 ? ['payloadError', error.message] : ['genericError', 'something went wrong'];
    return reply.code(status).send([{ key, description }]);
  });
}
