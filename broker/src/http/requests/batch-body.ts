import type { FastifyRequest } from 'fastify';
import type { Context, Contexts } from '../../context/contexts.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { isJsonObject, shown } from '../../model/values.ts';
import { chooseContext } from './request.ts';

/** Splitting a larger batch into several costs clients no time. */
const MAX_ITEMS = 10_000;

/** The items of a batch; a null item makes the whole batch invalid (5.6.7). @throws NgsiLdError BadRequestData */
export function batchItems({ body }: FastifyRequest): readonly unknown[] {
  if (!Array.isArray(body))
    throw new NgsiLdError('BadRequestData', `The body is ${shown(body)}, expected a JSON array`);
  if (body.length === 0)
    throw new NgsiLdError('BadRequestData', 'The body is an empty array, expected at least one item');
  if (body.length > MAX_ITEMS) {
    throw new NgsiLdError('BadRequestData', `The body has ${body.length} items, expected at most ${MAX_ITEMS}`);
  }
  if (body.includes(null)) throw new NgsiLdError('BadRequestData', 'The body holds null, expected items only');
  return body;
}

/** Finds the @context of each item: its own in a JSON-LD batch, otherwise that of the request (6.3.5). */
export function itemContexts(request: FastifyRequest, contexts: Contexts) {
  const { context, isJsonLd, tenant } = request.ngsiLd;
  const used = (found: Context) => contexts.noteUse(found, tenant)?.then(() => found) ?? found;
  return (item: unknown): Context | Promise<Context> => {
    if (!isJsonObject(item)) return context;
    const embedded = item['@context'];
    const isGiven = '@context' in item;
    chooseContext(embedded, isGiven, isJsonLd, undefined);
    if (!isGiven) return context;
    const cached = contexts.cached(embedded);
    return cached === undefined ? contexts.resolve(embedded).then(used) : used(cached);
  };
}
