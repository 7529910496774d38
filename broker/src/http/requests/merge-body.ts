import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyRequest } from 'fastify';
import { type Left, partOf, partOfDocument } from '../../federation/write/entity-writes.ts';
import type { Entity } from '../../model/entity.ts';
import { parseEntityFragment } from '../../model/parse/parse-entity.ts';
import { parseSimplifiedFragment } from '../../model/parse/parse-simplified.ts';
import { checkUri, type JsonObject, readDateTime } from '../../model/values.ts';
import type { EntityMerge } from '../../operations/entities/merge-entity.ts';
import { sameId } from './entity-id.ts';
import { readFormat } from './parameters.ts';

/** Reads Merge Entity (6.5.3.4) on the entity in the path. @throws NgsiLdError BadRequestData: names the member */
export function readMerge(request: FastifyRequest, id: string): EntityMerge {
  const { context, parameters } = request.ngsiLd;
  const { lang, observedAt, options: words, format } = parameters;
  const document = request.body as JsonObject; // validated before the handler
  const options = {
    ...(lang !== undefined && { lang }),
    ...(observedAt !== undefined && { observedAt: readDateTime(observedAt, 'observedAt') }),
  };
  const query = { lang, observedAt, options: words, format };
  if (readFormat(parameters, []).format === 'simplified') {
    if (document.id !== undefined) sameId(id, checkUri(document.id, 'id'));
    // Bound to the leniency of this request, because it is called when a batch of writes is decided.
    const fragmentOf: EntityMerge['fragmentOf'] = (left) =>
      AsyncLocalStorage.bind((before: Entity) =>
        parseSimplifiedFragment(partOfDocument(document, left, context), before, context, lang),
      );
    return { id, document, options, query, fragmentOf };
  }
  const fragment = parseEntityFragment(document, context, 'merge');
  sameId(id, fragment.id);
  return { id, document, options, query, fragmentOf: (left: Left) => partOf(fragment, left) };
}
