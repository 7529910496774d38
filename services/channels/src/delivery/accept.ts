import type { Queryable } from '@alzette/kit/database';
import type { Notice, NoticePort } from '../notice.ts';
import type { ChannelParts } from '../parts.ts';
import { holdOf } from '../preferences/when.ts';
import { type Address, addressesOf, addressesOfEarlier } from './addresses.ts';
import { addMessages, type NewMessage, takeKeys } from './outbox.ts';

/** The port through which other services send notices. */
export function noticePort(parts: ChannelParts): NoticePort {
  return {
    async send(tenant, notices) {
      if (notices.length === 0) return;
      await parts.db.transaction(async (tx) => {
        const fresh = await takeKeys(
          tx,
          tenant,
          notices.map(({ key }) => key),
        );
        const taken = notices.filter(({ key }) => fresh.delete(key)); // drops repeated keys within one call
        for (const notice of taken) await addMessages(tx, tenant, await messagesOf(tx, parts, tenant, notice));
      });
      parts.wake();
    },
  };
}

async function messagesOf(
  tx: Queryable,
  { territories }: ChannelParts,
  tenant: string,
  notice: Notice,
): Promise<NewMessage[]> {
  const now = new Date();
  const { corrects } = notice;
  const { timeZone } = territories.of(tenant);
  const addresses =
    corrects === undefined
      ? await addressesOf(tx, tenant, notice, now, timeZone)
      : await addressesOfEarlier(tx, tenant, notice.channel, corrects);
  return addresses.map((address) => messageTo(address, notice, now, timeZone));
}

function messageTo(
  { recipient, address, preferences, problem }: Address,
  notice: Notice,
  now: Date,
  timeZone: string,
): NewMessage {
  const { key, channel, severity, title, text, link, data } = notice;
  const message = { key, channel, recipient, address, severity, content: { title, text, link, data } };
  if (problem !== undefined) return { ...message, state: 'failed', reason: problem };
  const hold = preferences && holdOf(preferences, severity, now, timeZone);
  return hold
    ? { ...message, state: 'held', reason: hold.reason, dueAt: hold.until }
    : { ...message, state: 'waiting' };
}
