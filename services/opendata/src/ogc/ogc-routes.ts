import { type Html, html } from '@alzette/kit/html';
import { identifier, oneOf, readPath, readQuery, text } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { DOCUMENT, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressesOf } from '../catalogue/addresses.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { findPublished, publishedDatasets } from '../datasets/dataset-rows.ts';
import { PAGE_HEADERS, page } from '../html/page.ts';
import { type OpenDataParts, siteOf } from '../parts.ts';
import { CONFORMANCE } from './conformance.ts';
import { crsOf } from './crs.ts';
import {
  collectionOf,
  GEOJSON_TYPE,
  geoJsonOf,
  type Link,
  landingPage,
  OPENAPI_TYPE,
  queryablesOf,
  SCHEMA_TYPE,
  selfLinks,
} from './documents.ts';
import { ITEM_QUERY, type ItemQuery, readItemQuery } from './item-parameters.ts';
import { findItem, queryColumns, queryItems } from './items.ts';
import { openApiOf } from './openapi.ts';
import { featureTable, linkList } from './page-of.ts';

const FORMAT = { f: oneOf(['json', 'html']) };
const COLLECTION = { collection: identifier({ required: true }) };
const KEPT_FOR = 'public, max-age=60';

// Longer than 80 lines: routes that share how a dataset is found and answered.
/** `/ogc`: the published datasets by OGC API Features, Parts 1 to 3. */
export function ogcRoutes(scope: FastifyInstance, parts: OpenDataParts): void {
  const { db, territories } = parts;
  const siteAt = ({ tenant }: FastifyRequest) => siteOf(territories, tenant);

  const answer = (
    request: FastifyRequest,
    reply: FastifyReply,
    document: object,
    title: string,
    main: () => Html,
    type = 'application/json',
  ) => {
    const { f } = request.query as { f?: 'json' | 'html' };
    const { accept = '' } = request.headers;
    reply.headers({ 'cache-control': KEPT_FOR, 'access-control-allow-origin': '*', vary: 'accept' });
    const wantsPage = f === 'html' || (f === undefined && accept.includes('text/html'));
    if (!wantsPage) return reply.type(type).send(JSON.stringify(document));
    const body = html`<h1>${title}</h1>${main()}<p><a href="?f=json">JSON</a></p>`;
    const territory = siteAt(request).territory.name;
    return reply.headers(PAGE_HEADERS).send(page({ title, territory, language: 'fr', main: body }));
  };
  const found = async (request: FastifyRequest): Promise<Dataset> => {
    const { collection } = readPath(request, COLLECTION);
    const dataset = await findPublished(db, { tenant: request.tenant, id: collection });
    if (dataset === undefined) throw missing('collection', collection);
    return dataset;
  };

  scope.get(
    '',
    operation({ access: 'nothing', summary: 'Landing page of OGC API Features', query: FORMAT, answers: DOCUMENT }),
    async (request, reply) => {
      readQuery(request, FORMAT);
      const { publicUrl, territory } = siteAt(request);
      const document = landingPage(publicUrl, territory.name);
      return answer(
        request,
        reply,
        document,
        document.title,
        () => html`<p>${document.description}</p>${linkList(document.links)}`,
      );
    },
  );

  scope.get(
    '/conformance',
    operation({
      access: 'nothing',
      summary: 'Conformance classes of OGC API Features',
      query: FORMAT,
      answers: DOCUMENT,
    }),
    async (request, reply) => {
      readQuery(request, FORMAT);
      const list = html`<ul>${CONFORMANCE.map((uri) => html`<li><code>${uri}</code></li>`)}</ul>`;
      return answer(request, reply, { conformsTo: CONFORMANCE }, 'Conformance', () => list);
    },
  );

  scope.get(
    '/api',
    operation({ access: 'nothing', summary: 'The service as OpenAPI 3.0', query: FORMAT, answers: DOCUMENT }),
    async (request, reply) => {
      readQuery(request, FORMAT);
      const { tenant, publicUrl, territory } = siteAt(request);
      const document = openApiOf(publicUrl, territory.name, await publishedDatasets(db, tenant));
      const paths = html`<ul>${Object.keys(document.paths).map((path) => html`<li><code>${path}</code></li>`)}</ul>`;
      return answer(request, reply, document, 'API', () => paths, OPENAPI_TYPE);
    },
  );

  scope.get(
    '/collections',
    operation({ access: 'nothing', summary: 'Collections: the published datasets', query: FORMAT, answers: DOCUMENT }),
    async (request, reply) => {
      readQuery(request, FORMAT);
      const { tenant, publicUrl, territory } = siteAt(request);
      const datasets = await publishedDatasets(db, tenant);
      const collections = datasets.map((each) => collectionOf(publicUrl, territory.bbox, each));
      const document = { links: selfLinks(`${publicUrl}/ogc/collections`, 'Collections'), collections };
      const list = () =>
        html`<ul>${collections.map(
          ({ id, title, description }) =>
            html`<li><a href="/ogc/collections/${id}?f=html">${title}</a><br>${description}</li>`,
        )}</ul>`;
      return answer(request, reply, document, 'Collections', list);
    },
  );

  scope.get(
    '/collections/:collection',
    operation({ access: 'nothing', summary: 'A collection', query: FORMAT, answers: DOCUMENT }),
    async (request, reply) => {
      readQuery(request, FORMAT);
      const { publicUrl, territory } = siteAt(request);
      const document = collectionOf(publicUrl, territory.bbox, await found(request));
      const main = () => html`<p>${document.description}</p>${linkList(document.links)}`;
      return answer(request, reply, document, document.title, main);
    },
  );

  scope.get(
    '/collections/:collection/queryables',
    operation({
      access: 'nothing',
      summary: 'The properties that filters of a collection can use',
      query: FORMAT,
      answers: DOCUMENT,
    }),
    async (request, reply) => {
      readQuery(request, FORMAT);
      const document = queryablesOf(siteAt(request).publicUrl, await found(request));
      const list = () =>
        html`<ul>${Object.entries(document.properties).map(([name]) => html`<li><code>${name}</code></li>`)}</ul>`;
      return answer(request, reply, document, document.title, list, SCHEMA_TYPE);
    },
  );

  scope.get(
    '/collections/:collection/items',
    operation({ access: 'nothing', summary: 'Features of a collection', query: ITEM_QUERY, answers: DOCUMENT }),
    async (request, reply) => {
      const dataset = await found(request);
      const query = readItemQuery(request, dataset);
      const { features, matched, cursor } = await queryItems(db, dataset, query);
      const links = itemLinks(request, dataset, cursor);
      const document = {
        type: 'FeatureCollection',
        timeStamp: new Date().toISOString(),
        numberMatched: matched,
        numberReturned: features.length,
        features: features.map(geoJsonOf),
        links,
      };
      sayCrs(reply, query.crs);
      const next = links.find(({ rel }) => rel === 'next');
      const main = () => html`${featureTable(dataset.definition.title.fr, queryColumns(dataset.definition), features)}
<p>${features.length} / ${matched}${next && html` · <a rel="next" href="${`${next.href}&f=html`}">Suite</a>`}</p>`;
      return answer(request, reply, document, dataset.definition.title.fr, main, GEOJSON_TYPE);
    },
  );

  scope.get(
    '/collections/:collection/items/:feature',
    operation({
      access: 'nothing',
      summary: 'A feature',
      query: { ...FORMAT, crs: ITEM_QUERY.crs },
      answers: DOCUMENT,
    }),
    async (request, reply) => {
      const { crs: uri } = readQuery(request, { ...FORMAT, crs: ITEM_QUERY.crs });
      const { feature: id } = readPath(request, { ...COLLECTION, feature: text({ max: 600, required: true }) });
      const crs = crsOf(uri, 'crs');
      const dataset = await found(request);
      const feature = await findItem(db, dataset, id, crs);
      if (feature === undefined) throw missing('feature', id);
      const { collection } = addressesOf(siteAt(request).publicUrl, dataset.id);
      const links: Link[] = [
        ...selfLinks(`${collection}/items/${encodeURIComponent(id)}`, id, GEOJSON_TYPE),
        { href: collection, rel: 'collection', type: 'application/json', title: dataset.definition.title.fr },
      ];
      sayCrs(reply, crs);
      const main = () => featureTable(dataset.definition.title.fr, queryColumns(dataset.definition), [feature]);
      return answer(request, reply, { ...geoJsonOf(feature), links }, id, main, GEOJSON_TYPE);
    },
  );

  function itemLinks(request: FastifyRequest, { id, definition }: Dataset, cursor: string | undefined): Link[] {
    const { collection } = addressesOf(siteAt(request).publicUrl, id);
    const address = (change: Readonly<Record<string, string>>) => {
      const query = new URLSearchParams(request.query as Record<string, string>);
      query.delete('f');
      for (const [name, value] of Object.entries(change)) query.set(name, value);
      return `${collection}/items${query.size === 0 ? '' : `?${query}`}`;
    };
    const { title } = definition;
    return [
      { href: address({}), rel: 'self', type: GEOJSON_TYPE, title: title.fr },
      { href: address({ f: 'html' }), rel: 'alternate', type: 'text/html', title: title.fr },
      { href: collection, rel: 'collection', type: 'application/json', title: title.fr },
      ...(cursor === undefined
        ? []
        : [{ href: address({ cursor: Buffer.from(cursor).toString('base64url') }), rel: 'next', type: GEOJSON_TYPE }]),
    ];
  }
}

/** The header with the CRS of the coordinates (Part 2, requirement 16). */
function sayCrs(reply: FastifyReply, { uri }: ItemQuery['crs']): void {
  reply.header('content-crs', `<${uri}>`);
}
