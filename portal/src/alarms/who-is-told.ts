import type { AlarmSetupContract } from '@alzette/alarms/contract';
import { ALARM_SETUP } from '@alzette/alarms/paths';
import type { Channel, ChannelsContract, Group, Recipient, Roster } from '@alzette/channels/contract';
import { CHANNELS } from '@alzette/channels/paths';
import type { MaintenanceContract } from '@alzette/rules/contract';
import { MAINTENANCE } from '@alzette/rules/paths';
import { service } from '../broker/service.ts';
import { slug } from '../format/slug.ts';

export const channels = service<ChannelsContract>(CHANNELS);
export const setup = service<AlarmSetupContract>(ALARM_SETUP);
export const maintenance = service<MaintenanceContract>(MAINTENANCE);

type Kept<Document> = Document & { readonly id: string };

/** Who can be told, and by what. */
export interface Tellable {
  readonly recipients: readonly Kept<Recipient>[];
  readonly groups: readonly Kept<Group>[];
  readonly rosters: readonly Kept<Roster>[];
  /** The channels that a site configured. */
  readonly channels: readonly Kept<Channel>[];
  /** Whether mail is set up. */
  readonly mail: boolean;
}

export async function readTellable(signal?: AbortSignal): Promise<Tellable> {
  const [{ recipients }, { groups }, { rosters }, { channels: configured, mail }] = await Promise.all([
    channels.recipients({ signal }),
    channels.groups({ signal }),
    channels.rosters({ signal }),
    channels.channels({ signal }),
  ]);
  return { recipients, groups, rosters, channels: configured, mail };
}

export interface Choice {
  readonly value: string;
  readonly title: string;
}

type Words = (key: string, named?: Record<string, unknown>) => string;

/** Who can be told, as the API names them: `roster:night`. */
export function whoChoices({ recipients, groups, rosters }: Tellable, t: Words): Choice[] {
  return [
    ...rosters.map(({ id, title }) => ({ value: `roster:${id}`, title: t('kit.who.roster', { name: title }) })),
    ...groups.map(({ id, title }) => ({ value: `group:${id}`, title: t('kit.who.group', { name: title }) })),
    ...recipients.map(({ id, name }) => ({ value: `recipient:${id}`, title: name })),
  ];
}

/** By what people can be told: mail and push always exist. */
export function channelChoices({ channels: configured }: Pick<Tellable, 'channels'>, t: Words): Choice[] {
  return [
    { value: 'email', title: t('kit.who.email') },
    { value: 'push', title: t('kit.who.push') },
    ...configured.map(({ id, title }) => ({ value: id, title })),
  ];
}

/** The name of a choice; of an unknown one a word, never its id. */
export function titleOf(choices: readonly Choice[], value: string | undefined, unknown: string): string {
  return choices.find((choice) => choice.value === value)?.title ?? unknown;
}

/** Sends a test message to somebody. Programs and rooms need nobody. */
export async function sendTest(channel: string, to: string | undefined): Promise<void> {
  await channels.test({ params: { id: channel }, body: to === undefined ? {} : { to } });
}

const LONGEST = 56;

/** An id for something new, made from its name; others have the taken ones. */
export function idFor(name: string, taken: readonly { readonly id: string }[]): string {
  const base =
    slug(name)
      .replace(/^-+|-+$/g, '')
      .slice(0, LONGEST) || 'x';
  const ids = new Set(taken.map(({ id }) => id));
  if (!ids.has(base)) return base;
  let number = 2;
  while (ids.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}
