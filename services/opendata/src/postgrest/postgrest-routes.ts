import { identifier, readPath, text } from '@alzette/kit/parameters';
import { missing, Problem } from '@alzette/kit/problems';
import { DOCUMENT, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { Feature } from '../datasets/dataset.ts';
import { findPublished, publishedDatasets } from '../datasets/dataset-rows.ts';
import { CRS84_QUERY } from '../ogc/item-parameters.ts';
import { countItems, orderedItems } from '../ogc/items.ts';
import { type OpenDataParts, siteOf } from '../parts.ts';
import { type RowsQuery, readRowsQuery } from './read-rows-query.ts';

const RELATION = { relation: identifier({ required: true }) };
const HEADERS = {
  'cache-control': 'public, max-age=60',
  'access-control-allow-origin': '*',
  vary: 'accept, prefer, range',
};
const ONE_ROW = 'application/vnd.pgrst.object+json';
/** The columns of a dataset are parameters too, so a name that is no column is refused by the query itself. */
const QUERY = { select: text(), order: text(), limit: text(), offset: text() };

/** `/compat/postgrest`: the published datasets in the requests and answers of PostgREST, only to read. */
export function postgrestRoutes(scope: FastifyInstance, { db, territories }: OpenDataParts): void {
  scope.get(
    '',
    operation({ access: 'nothing', summary: 'The published datasets, as relations of PostgREST', answers: DOCUMENT }),
    async ({ tenant }, reply) => {
      const { publicUrl } = siteOf(territories, tenant);
      const relations = (await publishedDatasets(db, tenant)).map(({ id, definition }) => ({
        name: id,
        title: definition.title.fr,
        href: `${publicUrl}/compat/postgrest/${id}`,
      }));
      return reply.headers(HEADERS).send({ relations });
    },
  );

  scope.get(
    '/:relation',
    operation({
      access: 'nothing',
      summary: 'Rows of a published dataset; conditions as in PostgREST, such as `status=eq.ok`',
      query: QUERY,
      answers: DOCUMENT,
    }),
    async (request, reply) => {
      const { relation } = readPath(request, RELATION);
      const { range, prefer = '', accept = '' } = request.headers;
      const dataset = await findPublished(db, { tenant: request.tenant, id: relation });
      if (dataset === undefined) throw missing('relation', relation);
      const query = readRowsQuery(request.query as Record<string, string | string[]>, range, dataset);
      const { limit, offset, order, filter } = query;
      const items = { ...CRS84_QUERY, limit, ...(filter !== undefined && { filter }) };
      const rows = (await orderedItems(db, dataset, items, order, offset)).map((feature) => rowOf(feature, query));
      const total = String(prefer).includes('count=') ? await countItems(db, dataset, items) : undefined;
      const shown = rows.length === 0 ? '*' : `${offset}-${offset + rows.length - 1}`;
      reply.headers({ ...HEADERS, 'content-range': `${shown}/${total ?? '*'}`, 'range-unit': 'items' });
      if (accept.includes(ONE_ROW)) {
        if (rows.length !== 1)
          throw new Problem(406, 'Not acceptable', `${ONE_ROW}: got ${rows.length} rows, expected one`);
        return reply.type(ONE_ROW).send(JSON.stringify(rows[0]));
      }
      const isPart = total !== undefined && rows.length < total;
      return reply
        .code(isPart ? 206 : 200)
        .type('application/json')
        .send(JSON.stringify(rows));
    },
  );
}

function rowOf({ id, properties, geometry, at }: Feature, { select }: RowsQuery): object {
  const row: Readonly<Record<string, unknown>> = { ...properties, id, geometry, observed_at: at };
  return Object.fromEntries(select.map(({ column, as }) => [as, row[column] ?? null]));
}
