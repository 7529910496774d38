import { existingEntity } from '../../entities/existing-entity.ts';
import type { Decide } from '../../entities/write-lane/write-lane.ts';
import { retrieveDistributed } from '../../federation/read/retrieve-distributed.ts';
import { distributeWrite, type WriteOutcome } from '../../federation/write/distributed-write.ts';
import { attributeWrite } from '../../federation/write/entity-writes.ts';
import { PRIMARY_MEMBER } from '../../model/attribute-kinds.ts';
import { existingInstance, withInstance } from '../../model/change-entity.ts';
import type { AttributeKind } from '../../model/entity.ts';
import { partiallyUpdated } from '../../model/merge-entity.ts';
import { NGSI_LD_NULL } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import { type OperationRequest, originOf, type WriteParts } from '../operation-request.ts';

/** A new value for one existing instance of an attribute. */
interface NewValue {
  /** Absent: the default instance. */
  readonly datasetId?: string | undefined;
  /** When it was observed; absent: unknown, so that the time of the previous value is removed. */
  readonly observedAt?: string | undefined;
  /** The stored form, which depends on the attribute type. @throws NgsiLdError */
  valueFor(kind: AttributeKind): unknown;
}

/** A value as sent for an attribute of an entity. */
export interface SentValue extends NewValue {
  /** Before it is read for an attribute type. */
  readonly document: unknown;
}

/** The attribute whose value is set. */
interface ValueTarget {
  readonly id: string;
  /** IRI. */
  readonly name: string;
  readonly selection?: TypeSelection | undefined;
}

/**
 * Set Attribute Value (TS 104 175, draft, 10.2.6), here and at the sources that have the attribute. The instance keeps
 * its type and its sub-attributes. Sources are sent a Partial Attribute Update, which each of them knows; its member
 * depends on the type of the attribute, which is read first.
 *
 * @throws NgsiLdError ResourceNotFound: no such entity, attribute or instance; nothing is ever created; BadRequestData,
 * InvalidRequest: the value
 */
export async function setAttributeValue(
  parts: WriteParts,
  request: OperationRequest,
  target: ValueTarget,
  sent: SentValue,
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const { db, federation } = parts;
  const { id, name, selection } = target;
  const { datasetId, observedAt, document } = sent;
  const local = () => parts.lane.write(caller, id, withValue(target, sent));
  const origin = originOf(parts, request, ['updateAttrs']);
  if (origin === undefined) {
    return { failures: [], anySucceeded: true, written: new Set(), createdElsewhere: false, local: await local() };
  }
  const { entity } = await retrieveDistributed(db, federation, origin, id, selection, new Set([name]));
  const { type, observedAt: before } = existingInstance(entity, name, datasetId);
  sent.valueFor(type); // refused before anybody is asked
  const body = {
    type,
    [PRIMARY_MEMBER[type]]: document,
    ...(datasetId !== undefined && { datasetId }),
    ...(before !== undefined && { observedAt: observedAt ?? NGSI_LD_NULL }),
  };
  const remote = attributeWrite({ method: 'PATCH', id, name, body, context, selection });
  return distributeWrite(parts, origin, { operation: 'updateAttrs', selection, local, ...remote });
}

/** An instance without `observedAt` does not gain it. */
function withValue({ id, name, selection }: ValueTarget, { datasetId, observedAt, valueFor }: NewValue): Decide<void> {
  return (stored, at) => {
    const before = existingEntity(stored, id, selection, at);
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
