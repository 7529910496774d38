import { timingSafeEqual } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { sha256 } from '../../devices/secret.ts';
import type { JsonObject } from '../../frames/json-values.ts';
import { objects, text } from '../../frames/json-values.ts';
import { RegistryError } from '../../frames/registry-error.ts';
import { credentialsOf } from '../../http/credentials.ts';
import { isPartOfBootstrap, NIL } from './bootstrap.ts';
import type { GatewayParts } from './gateway-route-parts.ts';
import { bootstrapOf, type TalqDocument } from './gateway-rows.ts';
import { readTalqDevice } from './talq-device.ts';
import { TalqError } from './talq-error.ts';
import type { TalqSource } from './talq-source.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The calling gateway, after it has been admitted. */
    talqSource: TalqSource | null;
  }
}

/** Minor version of TALQ 2 from which every write has an id. */
const FIRST_WITH_REQUEST_IDS = 6;
const UUID = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

/**
 * Authenticates gateways by their secret, before the body is read. Routes of the scope have `:source` in their path.
 */
export function admitGateways(scope: FastifyInstance, { db, talqSources }: GatewayParts): void {
  scope.decorateRequest('talqSource', null);
  scope.addHook('onRequest', async (request) => {
    const { source: id } = request.params as { source: string };
    const source = admitted(request, await talqSources.talq(id).catch(unlessRegistry));
    request.talqSource = source;
    if (isAnnouncement(request)) return;
    const step = await bootstrapOf(db, source);
    if (step === undefined || isPartOfBootstrap(request, step, source.from.gatewayAddress ?? '')) return;
    throw new TalqError(403, 'genericError', 'the bootstrap of this gateway has not ended');
  });
}

/** Whether a gateway that has no address yet sends the request. */
export function isAnnouncement({ query }: FastifyRequest): boolean {
  return (query as { readonly clientAddress?: unknown }).clientAddress === NIL;
}

/** Does not reveal whether a source exists. */
function unlessRegistry(cause: unknown): undefined {
  if (!(cause instanceof RegistryError)) throw cause;
}

/** The authenticated gateway. @throws TalqError */
function admitted(request: FastifyRequest, source: TalqSource | undefined): TalqSource {
  const { gatewaySecret, gatewayAddress } = source?.from ?? {};
  // The same answer for unknown sources, and for those that accept no calls.
  const isKnown =
    gatewaySecret !== undefined &&
    credentialsOf(request).some((given) => timingSafeEqual(sha256(given), sha256(gatewaySecret)));
  if (source === undefined || !isKnown) throw new TalqError(401, 'genericError', 'expected the secret of this gateway');
  const version = text(request.headers['talq-api-version']);
  if (version === undefined) throw new TalqError(400, 'headerMissing', 'talq-api-version is missing');
  const minor = /^2\.(\d+)\.\d+$/.exec(version)?.[1];
  if (minor === undefined) {
    throw new TalqError(400, 'headerValueNotValid', `talq-api-version is ${version}, expected 2.x`);
  }
  const { clientAddress, talqRequestId } = request.query as { clientAddress?: unknown; talqRequestId?: unknown };
  if (clientAddress === undefined) throw new TalqError(400, 'parameterMissing', 'clientAddress is missing');
  if (isAnnouncement(request)) {
    const isAllowed = request.method === 'POST' && request.routeOptions.url?.endsWith('/:source/devices');
    if (!isAllowed) throw new TalqError(403, 'genericError', 'a gateway without an address may only announce itself');
  } else if (String(clientAddress).toLowerCase() !== gatewayAddress?.toLowerCase()) {
    throw new TalqError(400, 'parameterValueNotValid', `clientAddress is ${clientAddress}, expected the gateway's`);
  }
  if (request.method === 'GET' || request.method === 'HEAD') return source;
  if (talqRequestId === undefined && Number(minor) < FIRST_WITH_REQUEST_IDS) return source;
  if (talqRequestId === undefined) throw new TalqError(400, 'parameterMissing', 'talqRequestId is missing');
  if (!UUID.test(String(talqRequestId))) {
    throw new TalqError(400, 'parameterValueNotValid', `talqRequestId is ${talqRequestId}, expected a UUID`);
  }
  return source;
}

/** The gateway that sends the request. */
export function sourceOfRequest({ talqSource }: FastifyRequest): TalqSource {
  if (talqSource === null) throw new Error('a gateway was not admitted');
  return talqSource;
}

/** A list of objects, each with a certain member. @throws TalqError */
export function listOf(body: unknown, member?: string): JsonObject[] {
  const list = objects(body);
  const wrong = !Array.isArray(body) || list.length !== body.length;
  const nameless = member === undefined ? -1 : list.findIndex((each) => text(each[member]) === undefined);
  if (wrong) throw new TalqError(400, 'payloadError', 'the body is not a list of objects');
  if (nameless >= 0) throw new TalqError(400, 'payloadError', `[${nameless}].${member} is missing`);
  return list;
}

/** @throws TalqError */
export function devicesOf(body: unknown): TalqDocument[] {
  return listOf(body, 'address').map((given, index) => {
    const device = readTalqDevice(given);
    if (device === undefined) throw new TalqError(400, 'payloadError', `[${index}].address is not a UUID`);
    return { ...given, address: device.address };
  });
}

/** @throws TalqError */
export function countOf(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) {
    throw new TalqError(400, 'parameterValueNotValid', `${name} is ${value}, expected a number`);
  }
  return Number(value);
}

export function notFound(what: string): TalqError {
  return new TalqError(404, 'resourceNotFound', `${what} is not known`);
}

/** Answers errors as TALQ 2 requires: with a list of TALQErrorMessage. */
export function answerTalq(scope: FastifyInstance): void {
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
