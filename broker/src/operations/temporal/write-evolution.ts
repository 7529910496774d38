import type { WriteOutcome } from '../../federation/write/distributed-write.ts';
import {
  documentWrite,
  evolutionPath,
  historyWrite,
  type Left,
  partOf,
  wholeWrite,
} from '../../federation/write/entity-writes.ts';
import {
  appendTemporal,
  deleteTemporal,
  deleteTemporalAttribute,
  deleteTemporalInstance,
  type InstancePath,
  updateTemporalInstance,
  upsertTemporal,
} from '../../history/write/write-temporal.ts';
import type { TemporalFragment, TemporalInstanceFragment } from '../../model/temporal/temporal-fragment.ts';
import { badMember, type JsonObject } from '../../model/values.ts';
import type { OperationRequest, WriteParts } from '../operation-request.ts';
import { writeEverywhere } from '../write-everywhere.ts';

/**
 * Create or Update the Temporal Evolution of an Entity (5.6.11). The result tells whether it was created.
 *
 * @param document the document from which `fragment` was parsed
 *
 * @throws NgsiLdError BadRequestData: it has no id or no type
 */
export async function upsertEvolution(
  parts: WriteParts,
  request: OperationRequest,
  fragment: TemporalFragment,
  document: JsonObject,
): Promise<WriteOutcome<boolean>> {
  const { caller, context } = request;
  const { id, types } = fragment;
  if (id === undefined) throw badMember('id', undefined, 'the URI of the entity');
  if (types === undefined) throw badMember('type', undefined, 'a type name or an array of them');
  const local = (left: Left) => upsertTemporal(parts.db, parts.lane, caller, { ...partOf(fragment, left), id });
  return writeEverywhere(parts, request, {
    name: 'upsertTemporal',
    local,
    remote: () => documentWrite({ method: 'POST', path: '/temporal/entities', id, types, document, context }),
  });
}

/** Delete the Temporal Evolution of an Entity (5.6.16). @throws NgsiLdError ResourceNotFound */
export function deleteEvolution(parts: WriteParts, request: OperationRequest, id: string): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const local = () => deleteTemporal(parts.db, parts.lane, caller, id);
  return writeEverywhere(parts, request, {
    name: 'deleteTemporal',
    local,
    remote: () => wholeWrite({ method: 'DELETE', path: evolutionPath(id), id, context }),
  });
}

/**
 * Add Attributes to the Temporal Evolution of an Entity (5.6.12).
 *
 * @param document the document from which `fragment` was parsed
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function appendToEvolution(
  parts: WriteParts,
  request: OperationRequest,
  id: string,
  fragment: TemporalFragment,
  document: JsonObject,
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const { types } = fragment;
  const local = (left: Left) => appendTemporal(parts.db, parts.lane, caller, id, partOf(fragment, left));
  return writeEverywhere(parts, request, {
    name: 'appendAttrsTemporal',
    local,
    remote: () => documentWrite({ method: 'POST', path: `${evolutionPath(id)}/attrs/`, id, types, document, context }),
  });
}

/**
 * Delete an Attribute from the Temporal Evolution of an Entity (5.6.13).
 *
 * @param name IRI
 *
 * @param datasetId '' is the default instance; undefined: all instances
 *
 * @param query URL parameters to forward to sources: `datasetId`, `deleteAll`
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function deleteAttributeOfEvolution(
  parts: WriteParts,
  request: OperationRequest,
  id: string,
  name: string,
  datasetId: string | undefined,
  query: { readonly [name: string]: string | undefined },
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const local = () => deleteTemporalAttribute(parts.db, caller, id, name, datasetId);
  return writeEverywhere(parts, request, {
    name: 'deleteAttrsTemporal',
    local,
    remote: () => historyWrite({ method: 'DELETE', id, name, query, context }),
  });
}

/**
 * Modify an Attribute Instance in the Temporal Evolution of an Entity (5.6.14).
 *
 * @param body the document from which `instance` was parsed
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function updateInstance(
  parts: WriteParts,
  request: OperationRequest,
  path: InstancePath,
  instance: TemporalInstanceFragment,
  body: JsonObject,
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const local = () => updateTemporalInstance(parts.db, caller, path, instance);
  return writeEverywhere(parts, request, {
    name: 'updateAttrInstanceTemporal',
    local,
    remote: () => historyWrite({ method: 'PATCH', ...path, body, context }),
  });
}

/** Delete an Attribute Instance from the Temporal Evolution of an Entity (5.6.15). @throws NgsiLdError ResourceNotFound */
export function deleteInstance(
  parts: WriteParts,
  request: OperationRequest,
  path: InstancePath,
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const local = () => deleteTemporalInstance(parts.db, caller, path);
  return writeEverywhere(parts, request, {
    name: 'deleteAttrInstanceTemporal',
    local,
    remote: () => historyWrite({ method: 'DELETE', ...path, context }),
  });
}
