import { contract, dateTime, identifier, object, oneOf, Type, text, wholeNumber } from '@alzette/kit/contract';
import { ChosenLanguage, Group, Provider, Recipient, Roster, SavedChannel, ShownChannel, Text } from './entries.ts';
import { MessageDetail, ShownMessage, STATES, Subscription, Turn } from './messages.ts';
import { CHANNELS } from './paths.ts';

export { type Channel, Group, Recipient, Roster, SEVERITIES, type Severity } from './entries.ts';
export type { Attempt, MessageState, PushSubscription, ShownMessage, Texts } from './messages.ts';

const BY_ID = { id: identifier() };
const MESSAGE_ID = { id: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }) };
const ID = { id: Type.String() };

const ADMINISTERED = { access: 'administer', audited: { values: 'above' } } as const;
const SAVED = { ...ADMINISTERED, params: BY_ID, answers: { 201: null, 204: null } } as const;
const DELETED = { ...ADMINISTERED, params: BY_ID, answers: { 204: null } } as const;
/** Names of people are not in the audit. */
const UNNAMED = { audited: { values: 'above', hidden: ['name'] } } as const;
const NIGHT = { title: 'Night', start: '2026-11-02', days: 7, handover: '08:00', members: ['ada', 'bob'] };

/** Who is notified, how, and with which outcome. */
export const channelsContract = contract(CHANNELS, {
  channels: {
    access: 'administer',
    summary: 'The configured channels; e-mail and push need no configuration',
    answers: { 200: object({ channels: Type.Array(ShownChannel), mail: Type.Boolean() }) },
  },
  saveChannel: {
    ...ADMINISTERED,
    summary: 'Creates or replaces a channel; a new webhook without a key gets one, which is returned only once',
    params: BY_ID,
    body: SavedChannel,
    answers: {
      200: object({ ...ID, key: Type.Optional(Type.String()) }),
      201: object({ ...ID, key: Type.Optional(Type.String()) }),
    },
    example: {
      params: { id: 'works' },
      body: { title: 'Works', kind: 'webhook', settings: { url: 'https://example.org/hook' } },
    },
  },
  deleteChannel: { ...DELETED, summary: 'Deletes a channel; its pending messages fail' },
  test: {
    access: 'administer',
    summary: 'Sends a test message by a channel, including `email` and `push`; its outcome is in the list of messages',
    params: BY_ID,
    body: Type.Optional(
      object({
        to: Type.Optional(Type.String({ pattern: '^(recipient|group|roster):[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' })),
      }),
    ),
    answers: { 202: object({ key: Type.String() }) },
    example: { params: { id: 'email' }, body: { to: 'recipient:ada' } },
  },
  providers: {
    access: 'administer',
    summary: 'The SMS and call providers, with the settings and secrets that each needs',
    answers: { 200: object({ providers: Type.Array(Provider) }) },
  },
  recipients: {
    access: 'administer',
    summary: 'The recipients',
    answers: { 200: object({ recipients: Type.Array(object({ ...ID, ...Recipient.properties })) }) },
  },
  saveRecipient: {
    ...SAVED,
    ...UNNAMED,
    summary: 'Creates or replaces a recipient',
    body: Recipient,
    example: { params: { id: 'ada' }, body: { name: 'Ada', email: 'ada@example.org' } },
  },
  deleteRecipient: { ...DELETED, ...UNNAMED, summary: 'Deletes a recipient' },
  groups: {
    access: 'administer',
    summary: 'The groups',
    answers: { 200: object({ groups: Type.Array(object({ ...ID, ...Group.properties })) }) },
  },
  saveGroup: {
    ...SAVED,
    summary: 'Creates or replaces a group',
    body: Group,
    example: { params: { id: 'works' }, body: { title: 'Works', members: ['recipient:ada', 'roster:night'] } },
  },
  deleteGroup: { ...DELETED, summary: 'Deletes a group' },
  rosters: {
    access: 'administer',
    summary: 'The rosters',
    answers: { 200: object({ rosters: Type.Array(object({ ...ID, ...Roster.properties })) }) },
  },
  saveRoster: {
    ...SAVED,
    summary: 'Creates or replaces a roster',
    body: Roster,
    example: { params: { id: 'night' }, body: NIGHT },
  },
  deleteRoster: { ...DELETED, summary: 'Deletes a roster' },
  turns: {
    access: 'administer',
    summary: 'Who is on call now, and the shifts between two times',
    params: BY_ID,
    query: { from: dateTime(), to: dateTime() },
    answers: { 200: object({ now: Type.Optional(Turn), turns: Type.Array(Turn) }) },
  },
  messages: {
    access: 'administer',
    summary: 'The messages, newest first, each with its outcome',
    query: {
      state: oneOf(STATES),
      recipient: identifier(),
      channel: identifier(),
      before: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      limit: wholeNumber({ min: 1, max: 500, default: 50 }),
    },
    answers: { 200: object({ messages: Type.Array(ShownMessage) }) },
  },
  message: {
    access: 'administer',
    summary: 'One message with all attempts',
    params: MESSAGE_ID,
    answers: { 200: MessageDetail },
  },
  retry: {
    access: 'administer',
    summary: 'Sends a failed or waiting message now',
    params: MESSAGE_ID,
    answers: { 204: null },
  },
  pushKey: {
    access: 'subscribe',
    summary: 'The public key for push subscriptions (VAPID)',
    answers: { 200: object({ key: Type.String() }) },
  },
  subscriptions: {
    access: 'subscribe',
    summary: 'The user’s subscribed browsers, and the user’s recipient',
    answers: {
      200: object({ recipient: Type.Optional(Type.String()), subscriptions: Type.Array(Type.String()) }),
    },
  },
  subscribe: {
    access: 'subscribe',
    summary: 'Subscribes a browser of the user',
    body: object({
      subscription: Subscription,
      name: Type.Optional(Text),
      language: Type.Optional(ChosenLanguage),
    }),
    answers: { 201: object({ ...ID, recipient: Type.String() }) },
    example: {
      body: {
        subscription: {
          endpoint: 'https://push.example.org/a',
          keys: {
            p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
            auth: 'BTBZMqHH6r4Tts7J_aSIgg',
          },
        },
      },
    },
  },
  unsubscribe: {
    access: 'subscribe',
    summary: 'Unsubscribes a browser of the user',
    params: { id: text({ max: 64 }) },
    answers: { 204: null },
  },
});

export type ChannelsContract = typeof channelsContract;
