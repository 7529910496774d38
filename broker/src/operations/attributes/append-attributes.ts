import { existingEntity } from '../../entities/existing-entity.ts';
import { attributesPath, documentWrite, partOf } from '../../federation/write/entity-writes.ts';
import { appendAttributes as appended, type UpdateResult } from '../../model/change-entity.ts';
import type { EntityOperation } from '../entity-operation.ts';
import { type AttributesInput, documentOf } from './attributes-input.ts';

interface AppendInput extends AttributesInput {
  /** Whether existing attributes are replaced. */
  readonly overwrite: boolean;
  /** The URL parameter, which is forwarded to sources. */
  readonly options?: string | undefined;
}

/** Append Attributes (5.6.3). @throws NgsiLdError ResourceNotFound */
export function appendAttributes({
  id,
  selection,
  fragment,
  document,
  overwrite,
  options,
}: AppendInput): EntityOperation<UpdateResult> {
  return {
    name: 'appendAttrs',
    id,
    selection,
    decide: (left) => (stored, at) =>
      appended(existingEntity(stored, id, selection, at), partOf(fragment, left), overwrite, at),
    remote: (context) => {
      const { types } = fragment;
      const share = { id, types, document: documentOf(document, id), context, selection };
      return documentWrite({ method: 'POST', path: attributesPath(id), query: { options }, ...share });
    },
  };
}
