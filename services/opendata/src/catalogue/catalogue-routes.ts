import { readQuery, wholeNumber } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { publishedDatasets, withdrawnDatasets } from '../datasets/dataset-rows.ts';
import type { OpenDataParts } from '../parts.ts';
import { catalogueCsv } from './catalogue-csv.ts';
import { catalogueGraph } from './catalogue-graph.ts';
import { toJsonLd, toTurtle } from './write-graph.ts';

const PAGE_SIZE = 100;
const QUERY = { page: wholeNumber({ min: 1, max: 100_000, default: 1 }) };
const KEPT_FOR = 'public, max-age=300';

/** `/catalog.*`: all published datasets, for harvesters. */
export function catalogueRoutes(scope: FastifyInstance, parts: OpenDataParts): void {
  const { db, publicUrl, territory } = parts;

  async function pageOf(request: FastifyRequest, reply: FastifyReply, format: string) {
    const { page } = readQuery(request, QUERY);
    const all = await publishedDatasets(db);
    const lastPage = Math.max(1, Math.ceil(all.length / PAGE_SIZE));
    if (page > lastPage) throw missing('page of the catalogue', String(page));
    reply.headers({ 'cache-control': KEPT_FOR, 'access-control-allow-origin': '*' });
    return catalogueGraph({
      publicUrl,
      territory,
      format,
      page,
      lastPage,
      totalItems: all.length,
      datasets: all.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE),
      withdrawn: page === lastPage ? await withdrawnDatasets(db) : [],
    });
  }

  scope.get(
    '/catalog.jsonld',
    operation({ access: 'nothing', summary: 'The catalogue of open data (DCAT-AP 3) as JSON-LD', query: QUERY }),
    async (request, reply) => {
      const graph = await pageOf(request, reply, 'jsonld');
      return reply.type('application/ld+json').send(JSON.stringify(toJsonLd(graph)));
    },
  );

  scope.get(
    '/catalog.ttl',
    operation({ access: 'nothing', summary: 'The catalogue of open data (DCAT-AP 3) as Turtle', query: QUERY }),
    async (request, reply) => reply.type('text/turtle').send(await toTurtle(await pageOf(request, reply, 'ttl'))),
  );

  scope.get(
    '/catalog',
    operation({ access: 'nothing', summary: 'The catalogue: for people its page, for programs JSON-LD or Turtle' }),
    async ({ headers: { accept = '' } }, reply) => {
      const to = accept.includes('text/turtle')
        ? '/catalog.ttl'
        : accept.includes('html')
          ? '/data/'
          : '/catalog.jsonld';
      return reply.header('vary', 'accept').redirect(to, 303);
    },
  );

  scope.get(
    '/catalog.csv',
    operation({ access: 'nothing', summary: 'The catalogue of open data as CSV' }),
    async (_request, reply) => {
      reply.headers({ 'cache-control': KEPT_FOR, 'access-control-allow-origin': '*' });
      return reply
        .type('text/csv; charset=utf-8')
        .send(catalogueCsv(await publishedDatasets(db), publicUrl, territory.name));
    },
  );
}
