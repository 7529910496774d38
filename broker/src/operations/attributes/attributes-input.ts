import type { EntityFragment, InstanceFragment } from '../../model/fragment.ts';
import type { JsonObject } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';

/** What an operation on several attributes of an entity was given. */
export interface AttributesInput {
  readonly id: string;
  readonly selection?: TypeSelection | undefined;
  readonly fragment: EntityFragment;
  /** The document from which `fragment` was parsed. */
  readonly document: JsonObject;
}

/** What an operation on one attribute of an entity was given. */
export interface AttributeInput {
  readonly id: string;
  /** IRI. */
  readonly name: string;
  readonly selection?: TypeSelection | undefined;
  readonly fragment: InstanceFragment;
  /** The document from which `fragment` was parsed. */
  readonly body: JsonObject;
}

/**
 * The document to forward to sources. The path names the entity. An id in the document is ignored and replaced, because
 * 5.6.2.4 and 5.6.3.4 define no error for a different one, and official test cases send one.
 */
export function documentOf(body: JsonObject, id: string): JsonObject {
  return 'id' in body ? { ...body, id } : body;
}
