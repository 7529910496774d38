import { existingInstance } from '../model/change-entity.ts';
import type { AttributeKind } from '../model/entity.ts';
import { partiallyUpdated } from '../model/merge-entity.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import { existingEntity } from './existing-entity.ts';
import { withInstance } from './partial-update-attribute.ts';
import type { Decide } from './write-lane/write-lane.ts';

/** A new value for one existing instance of an attribute. */
export interface NewValue {
  /** Absent: the default instance. */
  readonly datasetId?: string | undefined;
  /** When it was observed; absent: unknown, so that the time of the previous value is removed. */
  readonly observedAt?: string | undefined;
  /** The stored form, which depends on the attribute type. @throws NgsiLdError */
  valueFor(kind: AttributeKind): unknown;
}

/**
 * Set Attribute Value (TS 104 175, draft, 10.2.6): the instance keeps its type and its sub-attributes. One without
 * `observedAt` does not gain it.
 *
 * @throws NgsiLdError ResourceNotFound: no such entity, attribute or instance; BadRequestData, InvalidRequest: the value
 */
export function setAttributeValue(
  entityId: string,
  name: string,
  { datasetId, observedAt, valueFor }: NewValue,
  selection?: TypeSelection,
): Decide<void> {
  return (stored, at) => {
    const before = existingEntity(stored, entityId, selection, at);
    const target = existingInstance(before, name, datasetId);
    const time =
      target.observedAt === undefined
        ? {}
        : observedAt === undefined
          ? { removed: ['observedAt' as const] }
          : { observedAt };
    const fragment = { value: valueFor(target.type), ...time };
    return {
      after: withInstance(before, name, target, partiallyUpdated(name, target, fragment, at), at),
      result: undefined,
    };
  };
}
