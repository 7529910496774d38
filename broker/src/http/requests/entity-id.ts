import type { FastifyRequest } from 'fastify';
import { SCOPE } from '../../model/change-entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { expandAttributeName } from '../../model/parse/parse-attribute.ts';
import { badMember, checkUri } from '../../model/values.ts';
import { parseTypeSelection, type TypeSelection } from '../../query/type-selection.ts';

/** The entity id in the path. @throws NgsiLdError BadRequestData: it is not a URI */
export function entityId(request: FastifyRequest): string {
  return checkUri((request.params as { id?: string }).id, 'Entity id in the path');
}

/** The id of the entity; an id in the document must be the same as in the path (5.4). */
export function sameId(pathId: string, documentId: string | undefined): string {
  if (documentId !== undefined && documentId !== pathId)
    throw badMember('id', documentId, `the id of the path, ${pathId}`);
  return pathId;
}

/** The attribute in the path, as written and expanded. The scope is allowed only with `scopeAllowed` (5.6.5). */
export function attributeName(request: FastifyRequest, scopeAllowed = false): { term: string; name: string } {
  const { attr: term = '' } = request.params as { attr?: string };
  const { context } = request.ngsiLd;
  if (term === 'scope' || term === SCOPE) {
    if (scopeAllowed) return { term, name: SCOPE };
    throw new NgsiLdError('BadRequestData', 'Attribute in the path: got scope, which is not an attribute');
  }
  return { term, name: expandAttributeName(term, 'Attribute in the path', context) };
}

/** The `type` parameter of an operation on one entity, which is a filter. */
export function typeFilter(request: FastifyRequest): TypeSelection | undefined {
  const { parameters, context } = request.ngsiLd;
  return parameters.type === undefined ? undefined : parseTypeSelection(parameters.type, context);
}
