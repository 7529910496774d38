import { readQuery, wholeNumber } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { media, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { publishedDatasets, withdrawnDatasets } from '../datasets/dataset-rows.ts';
import { type OpenDataParts, siteOf } from '../parts.ts';
import { catalogueCsv } from './catalogue-csv.ts';
import { catalogueGraph } from './catalogue-graph.ts';
import { toJsonLd, toTurtle } from './write-graph.ts';

const PAGE_SIZE = 100;
const QUERY = { page: wholeNumber({ min: 1, max: 100_000, default: 1 }) };
const KEPT_FOR = 'public, max-age=300';

interface Written {
  readonly mediaType: string;
  readonly summary: string;
  write(graph: ReturnType<typeof catalogueGraph>): string | Promise<string>;
}

const GRAPHS: Readonly<Record<'jsonld' | 'ttl', Written>> = {
  jsonld: {
    mediaType: 'application/ld+json',
    summary: 'The catalogue of open data (DCAT-AP 3) as JSON-LD',
    write: (graph) => JSON.stringify(toJsonLd(graph)),
  },
  ttl: {
    mediaType: 'text/turtle',
    summary: 'The catalogue of open data (DCAT-AP 3) as Turtle',
    write: toTurtle,
  },
};

/** `/catalog.*`: all published datasets, for harvesters. */
export function catalogueRoutes(scope: FastifyInstance, { db, territories }: OpenDataParts): void {
  const open = (reply: FastifyReply, mediaType: string) =>
    reply.headers({ 'cache-control': KEPT_FOR, 'access-control-allow-origin': '*' }).type(mediaType);

  for (const [format, { mediaType, summary, write }] of Object.entries(GRAPHS)) {
    scope.get(
      `/catalog.${format}`,
      operation({ access: 'nothing', summary, query: QUERY, answers: { 200: media(mediaType) } }),
      async (request, reply) => {
        const { page } = readQuery(request, QUERY);
        const { tenant, ...site } = siteOf(territories, request.tenant);
        const all = await publishedDatasets(db, tenant);
        const lastPage = Math.max(1, Math.ceil(all.length / PAGE_SIZE));
        if (page > lastPage) throw missing('page of the catalogue', String(page));
        const graph = catalogueGraph({
          ...site,
          format,
          page,
          lastPage,
          totalItems: all.length,
          datasets: all.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE),
          withdrawn: page === lastPage ? await withdrawnDatasets(db, tenant) : [],
        });
        return open(reply, mediaType).send(await write(graph));
      },
    );
  }

  scope.get(
    '/catalog.csv',
    operation({
      access: 'nothing',
      summary: 'The catalogue of open data as CSV',
      answers: { 200: media('text/csv; charset=utf-8') },
    }),
    async (request, reply) => {
      const { tenant, publicUrl, territory } = siteOf(territories, request.tenant);
      const csv = catalogueCsv(await publishedDatasets(db, tenant), publicUrl, territory.name);
      return open(reply, 'text/csv; charset=utf-8').send(csv);
    },
  );

  scope.get(
    '/catalog',
    operation({
      access: 'nothing',
      summary: 'The catalogue: a page for people, JSON-LD or Turtle for programs',
      answers: { 303: null },
    }),
    async ({ headers: { accept = '' } }, reply) => {
      const forPrograms = accept.includes('text/turtle') ? '/catalog.ttl' : '/catalog.jsonld';
      const isForPeople = accept.includes('html') && !accept.includes('text/turtle');
      return reply.header('vary', 'accept').redirect(isForPeople ? '/data/' : forPrograms, 303);
    },
  );
}
