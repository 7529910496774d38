import type { NameCompactor } from '../model/names.ts';
import { isJsonObject, type JsonObject } from '../model/values.ts';
import { maskDocument } from './endpoint-secrets.ts';
import { type Renaming, renameList, renameQuery, renamingOf } from './parse/recorded-names.ts';
import { documentStatus } from './subscription.ts';
import type { DeliveryRecord, RecordedNames, StoredSubscription } from './subscription-store.ts';

const NAMED_LISTS = ['attributes', 'pick', 'omit'] as const;

/**
 * The representation of a subscription: what the client wrote, in the terms of the requested @context, with its status
 * (5.2.12).
 */
export function representSubscription(
  stored: StoredSubscription,
  context: NameCompactor,
  sysAttrs: boolean,
  defaultTriggers?: readonly string[],
): Record<string, unknown> {
  const output: Record<string, unknown> = renamedMembers(maskDocument(stored.document), stored.names, context);
  // Subscriptions to registrations show their @context only if it was given.
  if (defaultTriggers === undefined && stored.names.jsonldContext === undefined) delete output.jsonldContext;
  if (defaultTriggers !== undefined) output.notificationTrigger ??= defaultTriggers;
  output.notification = { ...(output.notification as JsonObject), ...deliveryStatus(stored.delivery) }; // validated when stored
  output.status = documentStatus(stored.document, Date.now());
  if (sysAttrs) {
    output.createdAt = stored.createdAt.toISOString();
    output.modifiedAt = stored.modifiedAt.toISOString();
  }
  return output;
}

/** The members of a subscription with their names in the terms of another @context. */
export function renamedMembers(
  document: JsonObject,
  names: RecordedNames,
  context: NameCompactor,
): Record<string, unknown> {
  const output: Record<string, unknown> = { ...document };
  for (const member of Object.keys(names)) {
    const renaming = renamingOf(names[member], context);
    if (renaming !== undefined) output[member] = renamed(member, output[member], renaming);
  }
  return output;
}

function renamed(member: string, value: unknown, renaming: Renaming): unknown {
  if ((member === 'q' || member === 'csf') && typeof value === 'string') return renameQuery(value, renaming);
  if (member === 'watchedAttributes') return renamedList(value, renaming);
  if (member === 'geoQ' && isJsonObject(value)) {
    return { ...value, geoproperty: renamedText(value.geoproperty, renaming) };
  }
  if (member === 'entities' && Array.isArray(value)) {
    return value.map((selector: JsonObject) => ({ ...selector, type: renamedText(selector.type, renaming) }));
  }
  if (member === 'notification' && isJsonObject(value)) {
    const lists = NAMED_LISTS.filter((list) => value[list] !== undefined);
    return { ...value, ...Object.fromEntries(lists.map((list) => [list, renamedList(value[list], renaming)])) };
  }
  return value;
}

function renamedText(value: unknown, renaming: Renaming): unknown {
  return typeof value === 'string' ? renameList(value, renaming) : value;
}

function renamedList(value: unknown, renaming: Renaming): unknown {
  return Array.isArray(value) ? value.map((name: string) => renaming.get(name) ?? name) : value;
}

/** 5.2.14.2: present only after the first delivery attempt. */
function deliveryStatus({
  timesSent,
  timesFailed,
  lastNotification,
  lastSuccess,
  lastFailure,
}: DeliveryRecord): JsonObject {
  if (timesSent === 0) return {};
  const failed = lastFailure !== undefined && (lastSuccess === undefined || lastFailure > lastSuccess);
  return {
    status: failed ? 'failed' : 'ok',
    timesSent,
    ...(timesFailed > 0 && { timesFailed }),
    lastNotification: lastNotification?.toISOString(),
    ...(lastSuccess && { lastSuccess: lastSuccess.toISOString() }),
    ...(lastFailure && { lastFailure: lastFailure.toISOString() }),
  };
}
