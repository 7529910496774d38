import { Type } from '@alzette/kit/contract';
import { DOCUMENT, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { JsonObject } from '../../frames/json-values.ts';
import { isObject, objects } from '../../frames/json-values.ts';
import { encodedBodies } from './bodies.ts';
import { deviceRoutes } from './gateway-device-routes.ts';
import { admitGateways, answerTalq, listOf, notFound, sourceOfRequest } from './gateway-requests.ts';
import { type GatewayParts, LONGEST_BODY, type WithAddress } from './gateway-route-parts.ts';
import * as rows from './gateway-rows.ts';
import { loggerConfigs } from './logger-config.ts';
import { TalqError } from './talq-error.ts';
import type { TalqSource } from './talq-source.ts';

const LIST = Type.Array(Type.Object({}));

/**
 * `/talq/{source}`: the API of a Central Management Software according to TALQ 2. It is called by the source's gateway
 * with its secret, as a bearer token, a Basic password or in `X-API-Key`.
 */
export async function gatewayRoutes(app: FastifyInstance, parts: GatewayParts): Promise<void> {
  await app.register(
    async (scope) => {
      answerTalq(scope);
      admitGateways(scope, parts);
      encodedBodies(scope);
      serviceAndReportRoutes(scope, parts);
      deviceClassRoutes(scope, parts);
      deviceRoutes(scope, parts);
      configurationRoutes(scope);
    },
    { prefix: '/talq/:source' },
  );
}

function serviceAndReportRoutes(scope: FastifyInstance, { db, gateways, runSoon }: GatewayParts): void {
  scope.post(
    '/services',
    operation({
      access: 'nothing',
      summary: 'Records that a TALQ gateway has connected, and its services',
      answers: { 201: null },
    }),
    async (request, reply) => {
      const source = sourceOfRequest(request);
      const services = listOf(request.body, 'name');
      await rows.noteGateway(db, source, { services, hasCalled: true });
      if ((await rows.bootstrapOf(db, source)) === 'announced') {
        await rows.setBootstrap(db, source, 'services');
        return reply.code(201).send();
      }
      // The gateway has just connected: read its devices, and configure what it reports.
      await runSoon(source.id);
      return reply.code(201).send();
    },
  );
  scope.post(
    '/log-reports',
    operation({
      access: 'nothing',
      summary: 'Receives values and events from a TALQ gateway',
      bodyLimit: LONGEST_BODY,
      answers: { 201: null },
    }),
    async (request, reply) => {
      const source = sourceOfRequest(request);
      const unknown = await gateways.takeReport(source, request.body).catch(async (cause: unknown) => {
        if (cause instanceof TalqError && cause.status === 422) await runSoon(source.id);
        throw cause;
      });
      await rows.noteGateway(db, source, { hasCalled: true });
      if (unknown.length > 0) {
        const fields = { source: source.id, devices: unknown.slice(0, 20) };
        request.log.warn(fields, 'a gateway reports of unknown devices');
        await runSoon(source.id);
      }
      return reply.code(201).send();
    },
  );
}

function deviceClassRoutes(scope: FastifyInstance, { db, runSoon }: GatewayParts): void {
  const putClasses = async (source: TalqSource, given: readonly JsonObject[]): Promise<void> => {
    const { deviceClasses } = await rows.findGateway(db, source);
    const named = new Map(objects(deviceClasses).map((each) => [each.name, each]));
    for (const each of given) named.set(each.name, each);
    await rows.noteGateway(db, source, { deviceClasses: [...named.values()], hasCalled: true });
  };
  for (const method of ['POST', 'PUT'] as const) {
    scope.route({
      method,
      url: '/device-classes',
      ...operation({
        access: 'nothing',
        summary: 'Stores the device classes of a TALQ gateway',
        bodyLimit: LONGEST_BODY,
        answers: { 200: LIST, 201: LIST },
      }),
      async handler(request, reply) {
        const given = listOf(request.body, 'name');
        const source = sourceOfRequest(request);
        await putClasses(source, given);
        if (method === 'POST' && (await rows.bootstrapOf(db, source)) === 'services') {
          await rows.setBootstrap(db, source, null);
          await runSoon(source.id);
        }
        return reply.code(method === 'POST' ? 201 : 200).send(given);
      },
    });
  }
  scope.put<{ Params: { className: string } }>(
    '/device-classes/:className',
    operation({ access: 'nothing', summary: 'Stores one device class of a TALQ gateway', answers: DOCUMENT }),
    async (request) => {
      const given = { ...(isObject(request.body) ? request.body : {}), name: request.params.className };
      await putClasses(sourceOfRequest(request), [given]);
      return given;
    },
  );
  scope.delete<{ Params: { className: string } }>(
    '/device-classes/:className',
    operation({ access: 'nothing', summary: 'Records that a TALQ gateway removed a device class', answers: DOCUMENT }),
    async (request) => {
      const source = sourceOfRequest(request);
      const { deviceClasses } = await rows.findGateway(db, source);
      const gone = objects(deviceClasses).find(({ name }) => name === request.params.className);
      if (gone === undefined) throw notFound(`device class ${request.params.className}`);
      const left = deviceClasses.filter((each) => each !== gone);
      await rows.noteGateway(db, source, { deviceClasses: left, hasCalled: true });
      return gone;
    },
  );
}

/** What a CMS defines for its gateway: the configuration of its logger; no groups or packages of data. */
function configurationRoutes(scope: FastifyInstance): void {
  scope.get<WithAddress>(
    '/logger-configs/:address',
    operation({
      access: 'nothing',
      summary: 'The logger configuration of a TALQ gateway: what it must report',
      answers: DOCUMENT,
    }),
    async (request) => {
      const found = loggerConfigs(sourceOfRequest(request)).find(({ address }) => address === request.params.address);
      if (found === undefined) throw notFound(`logger ${request.params.address}`);
      return found;
    },
  );
  for (const resource of ['groups', 'data-packages']) {
    const none = operation({
      access: 'nothing',
      summary: `The ${resource} of a TALQ gateway: always empty`,
      answers: { 200: LIST },
    });
    scope.get(`/${resource}`, none, async () => []);
    scope.get<WithAddress>(`/${resource}/:address`, none, async ({ params }) => {
      throw notFound(`${resource}/${params.address}`);
    });
  }
}
