import { readPath, text } from '@alzette/kit/parameters';
import { denied, missing } from '@alzette/kit/problems';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyRequest } from 'fastify';
import type { Item } from '../items/item.ts';
import { mayWrite } from '../items/item-routes.ts';
import { findItem } from '../items/item-rows.ts';
import type { PublishingParts } from '../parts.ts';

const BY_ID = { id: text({ max: 100, required: true }) };

/** The item of the path, if the caller may write it. @throws Problem 403, 404 */
export async function writableEntry(
  parts: PublishingParts,
  given: ServiceContext,
  request: FastifyRequest,
): Promise<Item> {
  const { id } = readPath(request, BY_ID);
  const item = await findItem(parts.db, request.tenant, id);
  if (item === undefined) throw missing('item', id);
  if (!mayWrite(parts, given, request, item.kind, item.owner)) {
    throw denied(`You may not write for ${item.owner === '' ? 'the community' : item.owner}`);
  }
  return item;
}
