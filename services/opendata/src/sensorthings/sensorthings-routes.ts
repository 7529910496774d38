import { BY_ENTITIES } from '@alzette/kit/objects';
import { DOCUMENT, operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { list } from './list.ts';
import { type Options, readOptions } from './options.ts';
import { ROOT, represent, representPage, selfLink } from './represent.ts';
import { resolvePath, type Target } from './resource-path.ts';
import { SETS } from './sets.ts';
import type { Source } from './source.ts';

type Given = Pick<ServiceContext, 'clientOf' | 'context' | 'territories'>;

const REQUIREMENTS = 'http://www.opengis.net/spec/iot_sensing/1.1/req/';
/** The requirements classes that are met (18-088, clause 2). Creating, batches and MQTT are not among them. */
const CONFORMANCE = [
  'datamodel',
  'resource-path/resource-path-to-entities',
  'request-data/status-code',
  'request-data/query-status-code',
  'request-data/order',
  'request-data/expand',
  'request-data/select',
  'request-data/orderby',
  'request-data/top',
  'request-data/skip',
  'request-data/count',
  'request-data/filter',
  'request-data/built-in-filter-operations',
  'request-data/pagination',
].map((name) => REQUIREMENTS + name);

/** Items in one answer, and parts of the history that it reads. */
const MOST = { items: 20_000, reads: 500 };
/** `/Datastreams('…')/Observations('…')/FeatureOfInterest/feature/geometry/$value` has the most parts. */
const PATHS = [
  '/:set',
  '/:set/:second',
  '/:set/:second/:third',
  '/:set/:second/:third/:fourth',
  '/:set/:second/:third/:fourth/:fifth',
];

/** `/sta/v1.1`: entities and their history by OGC SensorThings 1.1 (18-088), to read, with the rights of the sender. */
export function sensorThingsRoutes(scope: FastifyInstance, { clientOf, context, territories }: Given): void {
  scope.get(
    '',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'OGC SensorThings 1.1: the entity sets, and the requirements that are met',
      answers: DOCUMENT,
    }),
    async ({ tenant }) => ({
      value: SETS.map((name) => ({ name, url: `${territories.publicUrl(tenant)}${ROOT}/${name}` })),
      serverSettings: { conformance: CONFORMANCE },
    }),
  );
  for (const path of PATHS) {
    scope.get(
      path,
      operation({
        access: 'read',
        objects: BY_ENTITIES,
        summary: 'OGC SensorThings 1.1: an entity set, an entity, a link of it or a property',
        answers: DOCUMENT,
      }),
      async (request, reply) => {
        const { tenant } = request;
        const publicUrl = territories.publicUrl(tenant);
        const source = { client: clientOf(request), tenant, context, publicUrl, left: { ...MOST } };
        const target = await resolvePath(source, Object.values(request.params as Record<string, string>));
        return answer(source, target, request, reply);
      },
    );
  }
}

async function answer(source: Source, target: Target, request: FastifyRequest, reply: FastifyReply) {
  const query = request.query as Readonly<Record<string, unknown>>;
  if (target.kind === 'property') return answerProperty(target, query, reply);
  const options = readOptions(target.kind === 'item' ? target.item.set : target.collection.set, query);
  if (target.kind === 'item') {
    if (!target.isRefs) return represent(source, target.item, options);
    return { '@iot.selfLink': selfLink(source.publicUrl, target.item) };
  }
  return answerItems(source, target, options, `${source.publicUrl}${request.url.replace(/\?.*$/, '')}`);
}

async function answerItems(source: Source, target: Target & { kind: 'items' }, options: Options, url: string) {
  const page = await list(source, target.collection, options);
  if (!target.isRefs) return representPage(source, page, options, url);
  const { value: _value, ...annotations } = await representPage(source, { ...page, items: [] }, options, url);
  return { ...annotations, value: page.items.map((item) => ({ '@iot.selfLink': selfLink(source.publicUrl, item) })) };
}

function answerProperty(
  { name, value, isRaw }: Target & { kind: 'property' },
  query: Readonly<Record<string, unknown>>,
  reply: FastifyReply,
) {
  readOptions('Things', query);
  if (value === undefined || value === null) return reply.code(204).send();
  if (!isRaw) return { [name]: value };
  return reply.type('text/plain; charset=utf-8').send(typeof value === 'string' ? value : JSON.stringify(value));
}
