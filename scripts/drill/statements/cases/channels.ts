import { noticePort } from '../../../../services/channels/src/delivery/accept.ts';
import { deliverDue } from '../../../../services/channels/src/delivery/deliver.ts';
import { RETRY } from '../../../../services/channels/src/delivery/retry.ts';
import { saveEntry } from '../../../../services/channels/src/entries/entries.ts';
import type { Notice } from '../../../../services/channels/src/notice.ts';
import type { ChannelParts } from '../../../../services/channels/src/parts.ts';
import { vapidKeysOf } from '../../../../services/channels/src/push/vapid.ts';
import type { KillCase } from '../kill-every-statement.ts';

const END_LEASES = `
  UPDATE channels.message SET due_at = now() WHERE tenant = $1 AND state IN ('waiting', 'held') AND due_at > now()`;
const MESSAGES = 'SELECT key, recipient, state FROM channels.message WHERE tenant = $1 ORDER BY n';

const noticeOf = (n: number): Notice => ({
  key: `notice-${n}`,
  channel: 'email',
  to: 'group:lighting',
  severity: 'medium',
  title: { fr: `Titre ${n}`, en: `Title ${n}` },
  text: { fr: 'Texte', en: 'Text' },
  link: 'http://localhost:1026/',
  data: {},
});

/** Messages to two people, of whom one gets a digest. */
export const channels: KillCase = {
  name: 'messages of channels',
  services: ['channels'],
  covers: ['loop: services/channels/src/service.ts'],
  async open({ given, db }) {
    const letters = new Map<string, Set<string>>();
    let tenantNow = '';
    const parts: ChannelParts = {
      ...given,
      mail: {
        async send({ to, subject }) {
          letters.set(tenantNow, (letters.get(tenantNow) ?? new Set()).add(`${to} ${subject}`));
        },
        async verify() {},
      },
      retry: RETRY,
      vapidOf: vapidKeysOf(db, given.secrets),
      serviceChannels: new Map(),
      wake() {},
    };
    const port = noticePort(parts);
    return {
      async prepare(tenant) {
        const digest = { below: 'high', at: ['07:00'] };
        const people = { ada: {}, bob: { digest } };
        for (const [name, wishes] of Object.entries(people))
          await saveEntry(db, tenant, 'recipient', name, { name, email: `${name}@example.org`, ...wishes });
        const members = Object.keys(people).map((name) => `recipient:${name}`);
        await saveEntry(db, tenant, 'group', 'lighting', { title: 'Éclairage', members });
      },
      async work(tenant) {
        tenantNow = tenant;
        // Alarms and rules send their notices again until they are accepted.
        await port.send(tenant, [noticeOf(1), noticeOf(2)]);
        while ((await deliverDue(parts)) > 0);
      },
      async endLeases(tenant) {
        await db.query({ text: END_LEASES, values: [tenant] });
      },
      async endState(tenant) {
        const { rows } = await db.query<{ key: string }>({ text: MESSAGES, values: [tenant] });
        return {
          messages: rows.map((row) => ({ ...row, key: row.key.replace(/\d+-\d+$/, 'n') })),
          letters: [...(letters.get(tenant) ?? [])].sort(),
        };
      },
    };
  },
};
