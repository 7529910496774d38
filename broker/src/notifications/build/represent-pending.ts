import { PRIMARY_MEMBER } from '../../model/attribute-kinds.ts';
import type { AttributeInstance, AttributeKind } from '../../model/entity.ts';
import { withoutExpired } from '../../model/expiry.ts';
import type { NameCompactor } from '../../model/names.ts';
import type { PendingNotification, RemovedInstance } from '../../model/pending-notification.ts';
import { type Representation, representEntity, representInstance } from '../../model/represent/represent.ts';
import { isJsonObject, NGSI_LD_NULL } from '../../model/values.ts';

type Output = Record<string, unknown>;

/**
 * The entity of a notification (5.8.6), without @context: its state after the change, removed attributes as NGSI-LD
 * Null, and previous values if requested. Undefined if the projection leaves nothing to send.
 */
export function representPending(
  pending: PendingNotification,
  names: NameCompactor,
  how: Representation,
): Output | undefined {
  let output: Output | undefined = representEntity(withoutExpired(pending.entity, pending.at), names, how);
  for (const removed of pending.removed ?? []) {
    if (!isWanted(removed.name, removed.datasetId, how)) continue;
    output ??= {};
    addRemoved(output, removed, pending, names, how);
  }
  if (output === undefined) return undefined;
  if (pending.deleted) output.deletedAt = pending.at;
  for (const { name, instance } of pending.previous ?? []) {
    if (isWanted(name, instance.datasetId, how)) addPrevious(output, name, instance, pending, names, how);
  }
  return output;
}

function isWanted(name: string, datasetId: string | undefined, { pick, omit, datasetIds }: Representation): boolean {
  if (pick !== undefined && !pick.has(name)) return false;
  return !omit?.has(name) && (datasetIds === undefined || datasetIds.has(datasetId));
}

function addRemoved(
  output: Output,
  removed: RemovedInstance,
  pending: PendingNotification,
  names: NameCompactor,
  how: Representation,
): void {
  const term = names.compact(removed.name);
  const left = instancesOf(pending, removed.name, how);
  if (left.length === 0) {
    // If all instances of an attribute are removed, the attribute is reported once.
    const several = pending.removed?.some((other) => other !== removed && other.name === removed.name) ?? false;
    output[term] = nullForm(several ? { ...removed, datasetId: undefined } : removed, pending.at, how);
    return;
  }
  if (how.format === 'simplified') {
    output[term] = { dataset: { ...datasetOf(output[term], left), [removed.datasetId ?? '@none']: NGSI_LD_NULL } };
    return;
  }
  const shown = instanceList(output, term, left, names, how);
  output[term] = [...shown, nullForm(removed, pending.at, how)];
}

/** 4.5.4: the simplified form of several instances. */
function datasetOf(shown: unknown, left: readonly AttributeInstance[]): object {
  const only = left[0];
  if (left.length === 1 && !(isJsonObject(shown) && isJsonObject(shown.dataset)))
    return { [only?.datasetId ?? '@none']: shown };
  return (shown as { dataset: object }).dataset; // several instances always have this form
}

/** The instances represented so far, as objects that can take further members. */
function instanceList(
  output: Output,
  term: string,
  left: readonly AttributeInstance[],
  names: NameCompactor,
  how: Representation,
): Output[] {
  const shown = output[term];
  if (Array.isArray(shown) && shown.length >= left.length && shown.every(isJsonObject)) return shown;
  return left.map((instance) => representInstance(instance, names, how, true) as Output); // an object in this format
}

function addPrevious(
  output: Output,
  name: string,
  before: AttributeInstance,
  pending: PendingNotification,
  names: NameCompactor,
  how: Representation,
): void {
  const term = names.compact(name);
  const member = PRIMARY_MEMBER[before.type];
  const asBefore = representInstance(before, names, { format: 'normalized', sysAttrs: false }) as Output;
  const shown = instanceFor(output, term, name, before.datasetId, pending, names, how);
  if (shown !== undefined) shown[`previous${member.charAt(0).toUpperCase()}${member.slice(1)}`] = asBefore[member];
}

/**
 * The represented instance with this `datasetId`, or the marker of its removal, as an object. In concise format it may
 * have to be converted to one.
 */
function instanceFor(
  output: Output,
  term: string,
  name: string,
  datasetId: string | undefined,
  pending: PendingNotification,
  names: NameCompactor,
  how: Representation,
): Output | undefined {
  const shown = output[term];
  if (shown === undefined) return undefined;
  const left = instancesOf(pending, name, how);
  if (left.length === 0) {
    const marker = isJsonObject(shown) ? shown : { value: shown };
    output[term] = marker;
    return marker;
  }
  const list = instanceList(output, term, left, names, how);
  output[term] = list.length === 1 ? list[0] : list;
  return list.find((instance) => instance.datasetId === datasetId);
}

function instancesOf({ entity }: PendingNotification, name: string, { datasetIds }: Representation) {
  const instances = entity.attributes[name] ?? [];
  return datasetIds === undefined ? instances : instances.filter(({ datasetId }) => datasetIds.has(datasetId));
}

/** A removed attribute, in the forms of 5.8.6. */
function nullForm(removed: RemovedInstance, deletedAt: string, { format, sysAttrs }: Representation): unknown {
  if (format === 'simplified') return NGSI_LD_NULL;
  const concise = format === 'concise';
  const output: Output = concise ? {} : { type: removed.type };
  output[PRIMARY_MEMBER[removed.type]] = nullValue(removed.type);
  if (removed.datasetId !== undefined) output.datasetId = removed.datasetId;
  if (sysAttrs) {
    output.createdAt = removed.createdAt;
    output.modifiedAt = removed.modifiedAt;
    output.deletedAt = deletedAt;
  }
  const isBare = concise && 'value' in output && Object.keys(output).length === 1;
  return isBare ? NGSI_LD_NULL : output;
}

function nullValue(type: AttributeKind): unknown {
  return type === 'LanguageProperty' ? { '@none': NGSI_LD_NULL } : NGSI_LD_NULL;
}
