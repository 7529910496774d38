import { oneOf } from '@alzette/kit/parameters';
import { refused } from '@alzette/kit/problems';
import type { FastifyRequest } from 'fastify';
import type { Dataset } from '../datasets/dataset.ts';
import { ITEM_QUERY, type ItemQuery, readItemQuery } from '../ogc/item-parameters.ts';
import { checkQuery } from '../ogc/items.ts';

/** The parameters of files: the rows of a dataset, and the separator of a CSV. */
export const FILE_QUERY = {
  bbox: ITEM_QUERY.bbox,
  datetime: ITEM_QUERY.datetime,
  filter: ITEM_QUERY.filter,
  separator: oneOf(['comma', 'semicolon']),
};

/** Parameters for a part of the rows. */
const PARTS = ['limit', 'cursor', 'f'];

/** @throws Problem 400: names the parameter */
export function readFileQuery(
  request: FastifyRequest,
  dataset: Dataset,
): { readonly query: ItemQuery; readonly separator: ',' | ';' } {
  const asked = request.query as Readonly<Record<string, string>>;
  const part = PARTS.find((name) => name in asked);
  if (part !== undefined) throw refused(part, asked[part], 'no such parameter: a file contains all matching rows');
  const query = readItemQuery(request, dataset, { separator: FILE_QUERY.separator });
  checkQuery(dataset, query); // before the first bytes are sent
  return { query, separator: asked.separator === 'semicolon' ? ';' : ',' };
}
