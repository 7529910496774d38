import { Type } from '@alzette/kit/contract';
import { DOCUMENT, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { JsonObject } from '../../frames/json-values.ts';
import { isObject, objects } from '../../frames/json-values.ts';
import { announcedGateway } from './bootstrap.ts';
import { countOf, devicesOf, isAnnouncement, listOf, notFound, sourceOfRequest } from './gateway-requests.ts';
import { type GatewayParts, LONGEST_BODY, type WithAddress } from './gateway-route-parts.ts';
import type { TalqDocument } from './gateway-rows.ts';
import * as rows from './gateway-rows.ts';
import type { TalqSource } from './talq-source.ts';

const LIST = Type.Array(Type.Object({}));
/** What was sent, or nothing after PATCH. */
const STORED = { 200: Type.Union([Type.Object({}), LIST]), 201: LIST };

interface OfFunction {
  Params: { address: string; functionId: string; attribute?: string };
}

/** `/talq/{source}/devices`: the gateway reports its devices, and reads what is stored of them. */
export function deviceRoutes(scope: FastifyInstance, parts: GatewayParts): void {
  deviceReads(scope, parts);
  deviceWrites(scope, parts);
}

function deviceReads(scope: FastifyInstance, { db }: GatewayParts): void {
  const functionOf = async (request: FastifyRequest<OfFunction>): Promise<JsonObject> => {
    const { functionId } = request.params;
    const found = objects((await deviceOf(db, request)).functions).find(({ id }) => id === functionId);
    if (found === undefined) throw notFound(`function ${functionId}`);
    return found;
  };
  scope.get<{ Querystring: { offset?: string; limit?: string } }>(
    '/devices',
    operation({ access: 'nothing', summary: 'Devices of a TALQ gateway', answers: { 200: LIST } }),
    async (request, reply) => {
      const source = sourceOfRequest(request);
      const offset = countOf(request.query.offset, 'offset') ?? 0;
      const limit = countOf(request.query.limit, 'limit');
      const devices = await rows.listTalqDevices(db, source, limit, offset);
      if (limit !== undefined || request.query.offset !== undefined) {
        reply.header('pagination-totalCount', await rows.countTalqDevices(db, source));
        reply.header('pagination-count', devices.length);
      }
      return devices;
    },
  );
  scope.get<WithAddress>(
    '/devices/:address',
    operation({ access: 'nothing', summary: 'One device of a TALQ gateway', answers: DOCUMENT }),
    (request) => deviceOf(db, request),
  );
  scope.get<OfFunction>(
    '/devices/:address/:functionId',
    operation({ access: 'nothing', summary: 'A function of a device of a TALQ gateway', answers: DOCUMENT }),
    functionOf,
  );
  scope.get<OfFunction>(
    '/devices/:address/:functionId/:attribute',
    operation({
      access: 'nothing',
      summary: 'An attribute of a function of a device of a TALQ gateway',
      answers: DOCUMENT,
    }),
    async (request) => {
      const { attribute = '' } = request.params;
      const value = (await functionOf(request))[attribute];
      if (!isObject(value)) throw notFound(`attribute ${attribute}`);
      return value;
    },
  );
}

function deviceWrites(scope: FastifyInstance, { db, gateways, runSoon }: GatewayParts): void {
  const announce = async (source: TalqSource, body: unknown): Promise<TalqDocument> => {
    const device = announcedGateway(source, listOf(body));
    await rows.beginAnew(db, source, 'announced');
    await gateways.putDevices(source, [device], false);
    return device;
  };
  const take = async (source: TalqSource, method: 'POST' | 'PUT' | 'PATCH', devices: TalqDocument[]): Promise<void> => {
    if (method === 'PATCH') await gateways.patchDevices(source, devices);
    else await gateways.putDevices(source, devices, method === 'PUT');
    await rows.noteGateway(db, source, { hasCalled: true });
  };
  for (const method of ['POST', 'PUT', 'PATCH'] as const) {
    scope.route({
      method,
      url: '/devices',
      ...operation({
        access: 'nothing',
        summary: 'Receives the devices that a TALQ gateway reports',
        bodyLimit: LONGEST_BODY,
        answers: STORED,
      }),
      async handler(request, reply) {
        const source = sourceOfRequest(request);
        if (isAnnouncement(request)) return reply.code(201).send([await announce(source, request.body)]);
        const given = devicesOf(request.body);
        await take(source, method, given);
        return method === 'PATCH' ? reply.send() : reply.code(method === 'POST' ? 201 : 200).send(given);
      },
    });
  }
  for (const method of ['PUT', 'PATCH'] as const) {
    scope.route<WithAddress>({
      method,
      url: '/devices/:address',
      ...operation({
        access: 'nothing',
        summary: 'Receives one device that a TALQ gateway reports',
        bodyLimit: LONGEST_BODY,
        answers: STORED,
      }),
      async handler(request, reply) {
        const given = devicesOf([{ ...(isObject(request.body) ? request.body : {}), ...request.params }]);
        const source = sourceOfRequest(request);
        await take(source, method, given);
        // It waits for our address.
        if (isOwn(source, request.params)) await runSoon(source.id);
        return method === 'PATCH' ? reply.send() : given[0];
      },
    });
  }
  scope.delete<WithAddress>(
    '/devices/:address',
    operation({
      access: 'nothing',
      summary: 'Records that a TALQ gateway removed a device, or that it begins anew',
      answers: DOCUMENT,
    }),
    async (request) => {
      const source = sourceOfRequest(request);
      if (isOwn(source, request.params)) {
        await rows.beginAnew(db, source, null);
        return { address: request.params.address };
      }
      const device = await deviceOf(db, request);
      await rows.deleteTalqDevice(db, source, device.address);
      return device;
    },
  );
}

/** Whether it is the device of the gateway itself. */
function isOwn({ from }: TalqSource, { address }: WithAddress['Params']): boolean {
  return address.toLowerCase() === from.gatewayAddress?.toLowerCase();
}

async function deviceOf(db: GatewayParts['db'], request: FastifyRequest<WithAddress>): Promise<TalqDocument> {
  const address = request.params.address.toLowerCase();
  const found = (await rows.lockTalqDevices(db, sourceOfRequest(request), [address])).get(address);
  if (found === undefined) throw notFound(`device ${address}`);
  return found;
}
