import { badMember, type JsonObject, NGSI_LD_NULL } from '../../model/values.ts';
import { ownerOf, sealDocument, unmaskNotification } from '../endpoint-secrets.ts';
import { recordedExpander, recordingExpander } from '../parse/recorded-names.ts';
import { documentStatus, type Subscription } from '../subscription.ts';
import type { RecordedNames, StoredSubscription, SubscriptionContent } from '../subscription-store.ts';
import {
  checkReferences,
  type SubscriptionCaller,
  type SubscriptionContext,
  type SubscriptionParts,
  withoutOutput,
} from './create-subscription.ts';
import { storedSubscription } from './retrieve-subscription.ts';

/**
 * Update Subscription (5.8.2). Each member of the fragment replaces the stored one completely; NGSI-LD Null removes it.
 *
 * @throws NgsiLdError ResourceNotFound; BadRequestData: also if the result is not a valid subscription;
 * LdContextNotAvailable
 */
export async function updateSubscription(
  parts: SubscriptionParts,
  tenant: string,
  id: string,
  input: JsonObject,
  context: SubscriptionContext,
  caller?: SubscriptionCaller,
): Promise<void> {
  const fragment = withoutOutput(input);
  if (fragment.id !== undefined && fragment.id !== id) throw badMember('id', fragment.id, `the id of the path, ${id}`);
  const stored = await storedSubscription(parts, tenant, id, caller);
  // Whoever updates a subscription becomes its owner, with their current rights.
  const owner = caller?.owner ?? stored.owner;
  const given = Object.fromEntries(Object.entries(fragment).filter(([, value]) => !isNull(value)));
  await checkReferences(parts, revised(parts, stored, fragment, context).rule, given);

  // Computed again under the lock, because another update may have come in between.
  let rule: Subscription | undefined;
  await parts.subscriptions.store.revise(
    tenant,
    id,
    new Date(),
    (current) => {
      const next = revised(parts, current, fragment, context);
      rule = { ...next.rule, ...(owner && { owner }), ...(current.via && { via: current.via }) };
      const { document, names } = next.content;
      return { document: sealDocument(document, ownerOf(tenant, id), parts.secrets), names };
    },
    owner,
  );
  if (rule !== undefined) parts.subscriptions.put(rule);
  await parts.subscriptions.begin?.(tenant, id);
}

function revised(
  { subscriptions }: SubscriptionParts,
  stored: StoredSubscription,
  fragment: JsonObject,
  context: SubscriptionContext,
): { rule: Subscription; content: SubscriptionContent } {
  const document: Record<string, unknown> = { ...stored.document };
  for (const [member, value] of Object.entries(fragment)) {
    if (isNull(value)) delete document[member];
    else document[member] = member === 'notification' ? unmaskNotification(value, stored.document) : value;
  }
  if (document.jsonldContext === undefined) document.jsonldContext = context.link;
  if (isRevived(stored, fragment)) delete document.isActive;

  const recording = recordingExpander(context);
  if (fragment.jsonldContext !== undefined) recording.names.jsonldContext = {};
  const recorded = recordedExpander(stored.names);
  const rule = subscriptions.parse(stored.tenant, document, (member) =>
    member in fragment ? recording.expanderOf(member) : recorded(member),
  );
  return { rule, content: { document, names: namesOf(document, stored.names, recording.names) } };
}

/** 5.8.2.4: a new expiry alone reactivates an expired subscription, even if it was paused. */
function isRevived(stored: StoredSubscription, fragment: JsonObject): boolean {
  if (fragment.expiresAt === undefined || fragment.isActive !== undefined) return false;
  return documentStatus(stored.document, Date.now()) === 'expired';
}

function namesOf(document: JsonObject, stored: RecordedNames, recorded: RecordedNames): RecordedNames {
  const all = { ...stored, ...recorded };
  return Object.fromEntries(Object.entries(all).filter(([member]) => member in document));
}

function isNull(value: unknown): boolean {
  return value === null || value === NGSI_LD_NULL;
}
