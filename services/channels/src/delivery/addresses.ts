import type { Queryable } from '@alzette/kit/database';
import type { Channel, Group, Recipient, Roster } from '../contract/contract.ts';
import { BUILT_IN } from '../entries/channel.ts';
import { findEntry } from '../entries/entries.ts';
import type { Notice } from '../notice.ts';
import { onCall } from '../on-call/roster.ts';
import { pushAddresses } from '../push/subscriptions.ts';

/** A recipient who has not got a message, because it failed, needs no correction. */
const EARLIER = `
  SELECT DISTINCT recipient, address FROM channels.message
  WHERE tenant = $1 AND channel = $2 AND key = ANY ($3::text[]) AND state <> 'failed' ORDER BY recipient, address`;

/** The address for a notice, or the reason why there is none. */
export interface Address {
  readonly recipient: string;
  /** One of the recipient's addresses; '' if there can only be one. */
  readonly address: string;
  readonly preferences?: Recipient;
  readonly problem?: string;
}

/** All addresses of a notice, each recipient once. The person on call is determined now. */
export async function addressesOf(
  db: Queryable,
  tenant: string,
  { channel, to }: Pick<Notice, 'channel' | 'to'>,
  at: Date,
  timeZone: string,
): Promise<Address[]> {
  const kind = await kindOf(db, tenant, channel);
  if (kind === undefined) return [{ recipient: '', address: '', problem: `there is no channel "${channel}"` }];
  if (kind === 'webhook' || kind === 'matrix' || kind === 'service') return [{ recipient: '', address: '' }];
  if (to === undefined) return [{ recipient: '', address: '', problem: `nobody is named to be told by ${channel}` }];
  const recipients = await recipientsOf(db, tenant, to, at, timeZone);
  if (recipients.length === 0) return [{ recipient: '', address: '', problem: `there is nobody behind "${to}" now` }];
  const addresses = await Promise.all(recipients.map((id) => addressesOfOne(db, tenant, kind, id)));
  return addresses.flat();
}

/** The addresses to which earlier notices were sent, or are to be. @param keys of these notices */
export async function addressesOfEarlier(
  db: Queryable,
  tenant: string,
  channel: string,
  keys: readonly string[],
): Promise<Address[]> {
  const { rows } = await db.query<Pick<Address, 'recipient' | 'address'>>({
    text: EARLIER,
    values: [tenant, channel, keys],
  });
  const withWishes = rows.map(async ({ recipient, address }): Promise<Address> => {
    const preferences = (await findEntry<Recipient>(db, tenant, 'recipient', recipient))?.document;
    return { recipient, address, ...(preferences && { preferences }) };
  });
  return Promise.all(withWishes);
}

async function kindOf(db: Queryable, tenant: string, channel: string): Promise<string | undefined> {
  if (BUILT_IN.includes(channel)) return channel;
  const entry = await findEntry<Channel>(db, tenant, 'channel', channel);
  return entry?.document.enabled === false ? undefined : entry?.document.kind;
}

async function recipientsOf(db: Queryable, tenant: string, to: string, at: Date, timeZone: string): Promise<string[]> {
  const [kind, id = ''] = to.split(':', 2);
  if (kind === 'recipient') return [id];
  if (kind === 'roster') {
    const roster = await findEntry<Roster>(db, tenant, 'roster', id);
    const turn = roster && onCall(roster.document, at, timeZone);
    return turn === undefined ? [] : [turn.recipient];
  }
  const group = kind === 'group' ? await findEntry<Group>(db, tenant, 'group', id) : undefined;
  const members = await Promise.all(
    (group?.document.members ?? []).map((member) => recipientsOf(db, tenant, member, at, timeZone)),
  );
  return [...new Set(members.flat())];
}

async function addressesOfOne(db: Queryable, tenant: string, kind: string, id: string): Promise<Address[]> {
  const preferences = (await findEntry<Recipient>(db, tenant, 'recipient', id))?.document;
  if (preferences === undefined) return [{ recipient: id, address: '', problem: `there is no recipient "${id}"` }];
  if (kind === 'push') {
    const browsers = await pushAddresses(db, tenant, id);
    if (browsers.length === 0) return [{ recipient: id, address: '', problem: `${id} has no browser to be told in` }];
    return browsers.map((address) => ({ recipient: id, address, preferences }));
  }
  const has = kind === 'email' ? preferences.email : preferences.phone;
  if (has !== undefined) return [{ recipient: id, address: '', preferences }];
  return [
    { recipient: id, address: '', problem: `${id} has no ${kind === 'email' ? 'e-mail address' : 'telephone number'}` },
  ];
}
