import { type NewValue, setAttributeValue as set } from '../../entities/set-attribute-value.ts';
import { retrieveDistributed } from '../../federation/read/retrieve-distributed.ts';
import { distributeWrite, type WriteOutcome } from '../../federation/write/distributed-write.ts';
import { attributeWrite } from '../../federation/write/entity-writes.ts';
import { PRIMARY_MEMBER } from '../../model/attribute-kinds.ts';
import { existingInstance } from '../../model/change-entity.ts';
import { NGSI_LD_NULL } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import { type OperationRequest, originOf, type WriteParts } from '../operation-request.ts';

/** A value as sent for an attribute of an entity. */
export interface SentValue extends NewValue {
  /** Before it is read for an attribute type. */
  readonly document: unknown;
}

/**
 * Set Attribute Value (TS 104 175, draft, 10.2.6), here and at the sources that have the attribute. They are sent a
 * Partial Attribute Update, which each of them knows; its member depends on the type of the attribute, which is read
 * first.
 *
 * @param name IRI
 *
 * @throws NgsiLdError ResourceNotFound: no such entity, attribute or instance; nothing is ever created
 */
export async function setAttributeValue(
  parts: WriteParts,
  request: OperationRequest,
  id: string,
  name: string,
  sent: SentValue,
  selection?: TypeSelection,
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const { db, federation } = parts;
  const { datasetId, observedAt, document } = sent;
  const local = () => parts.lane.write(caller, id, set(id, name, sent, selection));
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
  const write = { operation: 'updateAttrs', method: 'PATCH', id, name, body, context, selection, local } as const;
  return distributeWrite(parts, origin, attributeWrite(write));
}
