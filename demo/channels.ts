import type { DemoContext } from '@alzette/kit/service';
import { DateTime } from 'luxon';
import type { Group, Recipient, Roster } from '../services/channels/src/contract/contract.ts';
import { type EntryKind, listEntries, saveEntry } from '../services/channels/src/entries/entries.ts';
import type { ChannelParts } from '../services/channels/src/parts.ts';
import { packDocuments } from './packs/documents.ts';

/** Functions instead of people. The addresses are examples that don't exist. */
const RECIPIENTS: { readonly [id: string]: Recipient } = {
  'astreinte-a': { name: 'Astreinte A', email: 'astreinte-a@example.org' },
  'astreinte-b': { name: 'Astreinte B', email: 'astreinte-b@example.org' },
  'astreinte-c': { name: 'Astreinte C', email: 'astreinte-c@example.org' },
  'responsable-eclairage': {
    name: 'Responsable éclairage',
    email: 'eclairage@example.org',
    quiet: { from: '21:00', to: '07:00' },
    mostAnHour: 20,
  },
  direction: {
    name: 'Direction des services techniques',
    email: 'direction@example.org',
    digest: { below: 'high', at: ['08:00', '16:00'] },
  },
};
/** Of the groups that packs bring. */
const MEMBERS: { readonly [group: string]: Group['members'] } = {
  eclairage: ['recipient:responsable-eclairage', 'roster:astreinte'],
  dechets: ['recipient:direction'],
};

/** Creates recipients, the groups of packs with their members, and an on-call week, unless recipients exist. */
export async function putRecipients({ db, territories }: ChannelParts, { tenant }: DemoContext): Promise<void> {
  if ((await listEntries(db, tenant, 'recipient')).length > 0) return;
  const monday = DateTime.now().setZone(territories.of(tenant).timeZone).startOf('week').minus({ weeks: 1 });
  const roster: Roster = {
    title: 'Astreinte technique',
    start: monday.toISODate() ?? '2026-01-05',
    days: 7,
    handover: '08:00',
    members: ['astreinte-a', 'astreinte-b', 'astreinte-c'],
  };
  const put = async (kind: EntryKind, documents: { readonly [id: string]: object }) => {
    for (const [id, document] of Object.entries(documents)) await saveEntry(db, tenant, kind, id, document);
  };
  await put('roster', { astreinte: roster });
  const groups = await packDocuments<Group>('groups');
  await put('group', Object.fromEntries(groups.map(({ id, body }) => [id, { ...body, members: MEMBERS[id] ?? [] }])));
  await put('recipient', RECIPIENTS); // last, because their presence shows that everything was created
}
