import { readFile } from 'node:fs/promises';
import { html } from '@alzette/kit/html';
import { LANGUAGES, type Language } from '@alzette/kit/languages';
import { identifier, oneOf, readPath, readQuery, text } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { media, operation, PAGE } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Dataset } from '../datasets/dataset.ts';
import { findDataset, publishedDatasets } from '../datasets/dataset-rows.ts';
import { PAGE_HEADERS, page } from '../html/page.ts';
import { CRS84_QUERY } from '../ogc/item-parameters.ts';
import { queryItems } from '../ogc/items.ts';
import { type OpenDataParts, siteOf } from '../parts.ts';
import { datasetPage } from './dataset-page.ts';
import { distributionOf } from './distribution.ts';
import { listPage } from './list-page.ts';
import { WORDS } from './words.ts';

const QUERY = { q: text({ max: 100 }), lang: oneOf(LANGUAGES) };
const PATH = { id: identifier({ required: true }) };
export const KEPT_FOR = 'public, max-age=60';
/** The maximum number of features on a page's map; the table shows the first of them. */
const MAX_DRAWN = 2_000;

/** `/data`: the public data pages. They work without scripts. */
export async function dataRoutes(scope: FastifyInstance, { db, territories }: OpenDataParts): Promise<void> {
  const style = await readFile(new URL('./data.css', import.meta.url), 'utf8');
  const send = (reply: FastifyReply, text: string) =>
    reply.headers({ ...PAGE_HEADERS, 'cache-control': KEPT_FOR }).send(text);

  scope.get(
    '/assets/data.css',
    operation({
      access: 'nothing',
      summary: 'The style of the public data pages',
      answers: { 200: media('text/css; charset=utf-8') },
    }),
    (_request, reply) =>
      reply.header('cache-control', 'public, max-age=3600').type('text/css; charset=utf-8').send(style),
  );

  scope.get(
    '/',
    operation({
      access: 'nothing',
      summary: 'The public data page: search among datasets',
      query: QUERY,
      answers: PAGE,
    }),
    async (request, reply) => {
      const { q = '' } = readQuery(request, QUERY);
      const language = languageOf(request);
      const { tenant, territory } = siteOf(territories, request.tenant);
      const datasets = (await publishedDatasets(db, tenant)).filter((dataset) => matches(dataset, q));
      return send(reply, listPage(territory, datasets, q, language));
    },
  );

  scope.get(
    '/datasets/:id',
    operation({
      access: 'nothing',
      summary: 'The page of a dataset, at its permanent identifier',
      query: { lang: QUERY.lang },
      answers: PAGE,
    }),
    async (request, reply) => {
      readQuery(request, { lang: QUERY.lang });
      const { id } = readPath(request, PATH);
      const language = languageOf(request);
      const { tenant, publicUrl, territory } = siteOf(territories, request.tenant);
      const dataset = await findDataset(db, { tenant, id });
      if (dataset?.state === 'withdrawn') {
        const title = WORDS[language].gone;
        const main = html`<h1>${title}</h1><p>${dataset.definition.title.fr}</p>`;
        return send(reply.code(410), page({ title, territory: territory.name, language, main }));
      }
      if (dataset?.state !== 'published' || dataset.generation === 0) throw missing('dataset', id);
      const { features } = await queryItems(db, dataset, { ...CRS84_QUERY, limit: MAX_DRAWN });
      const distribution = await distributionOf(db, dataset);
      const { boundaries } = await territories.shapes(tenant);
      return send(reply, datasetPage({ publicUrl, territory, boundaries, dataset, features, distribution, language }));
    },
  );
}

/** Of the address, else the first one of the browser, else French. */
export function languageOf({ query, headers }: FastifyRequest): Language {
  const { lang } = query as { lang?: Language };
  const [preferred] = /^[a-z]{2}\b/.exec(headers['accept-language'] ?? '') ?? [];
  return lang ?? LANGUAGES.find((each) => each === preferred) ?? 'fr';
}

/** Whether each word occurs in the dataset's description, ignoring accents and case. */
function matches({ id, definition: { title, description, keywords } }: Dataset, q: string): boolean {
  const all = folded([id, title.fr, title.en, description.fr, description.en, ...keywords].join(' '));
  return folded(q)
    .split(/\s+/)
    .every((word) => all.includes(word));
}

function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
