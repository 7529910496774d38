import { createHash } from 'node:crypto';
import type { Caller } from '@alzette/kit/access';
import type { Language } from '@alzette/kit/languages';
import { forEveryone, OF_SENDER } from '@alzette/kit/objects';
import { missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { ChannelsContract, Recipient } from '../contract/contract.ts';
import { findEntry, listEntries, saveEntry } from '../entries/entries.ts';
import type { ChannelParts } from '../parts.ts';
import { deletePushSubscription, endpointHash, pushAddresses, savePushSubscription } from './subscriptions.ts';

const MAX_BROWSERS = 10;

/** `/channels/push`: users subscribe their own browsers. */
export function pushHandlers(
  parts: ChannelParts,
  given: ServiceContext,
): Handlers<ChannelsContract, 'pushKey' | 'subscriptions' | 'subscribe' | 'unsubscribe'> {
  const { db, secrets, vapidOf, outgoing } = parts;
  return {
    pushKey: {
      objects: forEveryone('the key of a collectivity is public'),
      handle: async ({ tenant }) => ({ key: (await vapidOf(tenant)).publicKey }),
    },
    subscriptions: {
      objects: OF_SENDER,
      async handle(request) {
        const caller = given.callerOf(request);
        const recipient = await ownRecipient(parts, caller);
        const subscriptions = recipient === undefined ? [] : await pushAddresses(db, caller.tenant, recipient);
        return { ...(recipient !== undefined && { recipient }), subscriptions };
      },
    },
    subscribe: {
      objects: OF_SENDER,
      async handle(request) {
        const caller = given.callerOf(request);
        const { subscription, name, language } = request.body;
        const { endpoint, keys } = subscription;
        const verdict = await outgoing.check(endpoint, ['https:']); // RFC 8030, 2
        if (!verdict.allowed) throw refused('subscription.endpoint', endpoint, `another URL: ${verdict.reason}`);
        const recipient = (await ownRecipient(parts, caller)) ?? (await makeRecipient(parts, caller, name, language));
        const hashes = await pushAddresses(db, caller.tenant, recipient);
        if (!hashes.includes(endpointHash(endpoint)) && hashes.length >= MAX_BROWSERS) {
          throw refused('subscription', endpoint, `at most ${MAX_BROWSERS} browsers; delete another first`);
        }
        const id = await savePushSubscription(db, secrets, caller.tenant, recipient, { endpoint, keys });
        return { id, recipient };
      },
    },
    unsubscribe: {
      objects: OF_SENDER,
      async handle(request) {
        const caller = given.callerOf(request);
        const { id } = request.params;
        const recipient = await ownRecipient(parts, caller);
        if (recipient === undefined || !(await deletePushSubscription(db, caller.tenant, recipient, id))) {
          throw missing('subscription', id);
        }
      },
    },
  };
}

/** The recipient of an account: assigned by an administrator, or created for the account. */
async function ownRecipient({ db }: ChannelParts, { tenant, subject }: Caller): Promise<string | undefined> {
  const made = recipientIdOf(subject);
  if ((await findEntry<Recipient>(db, tenant, 'recipient', made)) !== undefined) return made;
  const all = await listEntries<Recipient>(db, tenant, 'recipient');
  return subject === '' ? undefined : all.find(({ document }) => document.subject === subject)?.id;
}

async function makeRecipient(
  { db }: ChannelParts,
  { tenant, subject }: Caller,
  name: string | undefined,
  language?: Language,
) {
  const id = recipientIdOf(subject);
  const recipient: Recipient = {
    name: name ?? id,
    ...(subject !== '' && { subject }),
    ...(language !== undefined && { language }),
  };
  await saveEntry(db, tenant, 'recipient', id, recipient);
  return id;
}

function recipientIdOf(subject: string): string {
  if (subject === '') return 'everybody'; // access is open, so callers are anonymous
  return `account-${createHash('sha256').update(subject).digest('hex').slice(0, 16)}`;
}
