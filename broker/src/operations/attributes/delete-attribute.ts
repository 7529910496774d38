import { existingEntity } from '../../entities/existing-entity.ts';
import { attributeWrite } from '../../federation/write/entity-writes.ts';
import { existingInstance, SCOPE, withAttributes, withoutInstance } from '../../model/change-entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { EntityOperation } from '../entity-operation.ts';

/** Which instances of an attribute to delete: all, or the one with a datasetId (undefined is the default instance). */
export type Instances = { readonly all: true } | { readonly all: false; readonly datasetId: string | undefined };

interface DeleteAttributeInput {
  readonly id: string;
  /** IRI. */
  readonly name: string;
  readonly selection?: TypeSelection | undefined;
  readonly instances: Instances;
  /** URL parameters to forward to sources: `datasetId`, `deleteAll`. */
  readonly query: { readonly [name: string]: string | undefined };
}

/**
 * Delete Attribute (5.6.5). The scope can be deleted like an attribute.
 *
 * @throws NgsiLdError ResourceNotFound: no such entity, attribute or instance
 */
export function deleteAttribute(input: DeleteAttributeInput): EntityOperation<void> {
  const { id, name, selection, instances, query } = input;
  return {
    name: 'deleteAttrs',
    id,
    selection,
    decide: () => (stored, at) => {
      const before = existingEntity(stored, id, selection, at);
      if (name === SCOPE) {
        if (before.scopes === undefined) throw new NgsiLdError('ResourceNotFound', `Entity ${id} has no scope`);
        const { scopes: _, ...unscoped } = before;
        return { after: { ...unscoped, modifiedAt: at }, result: undefined };
      }
      if (!instances.all) {
        const target = existingInstance(before, name, instances.datasetId);
        return { after: withoutInstance(before, name, target, at), result: undefined };
      }
      if (before.attributes[name] === undefined) {
        throw new NgsiLdError('ResourceNotFound', `Entity ${id} has no attribute ${name}`);
      }
      const { [name]: _, ...others } = before.attributes;
      return { after: withAttributes(before, others, at), result: undefined };
    },
    remote: (context) => attributeWrite({ method: 'DELETE', id, name, query, context, selection }),
  };
}
