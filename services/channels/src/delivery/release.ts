import type { Database, Transaction } from '@alzette/kit/database';
import { eachTenant } from '@alzette/kit/each-tenant';
import { inLanguage, type Language } from '@alzette/kit/languages';
import { SEVERITIES, type Severity } from '../contract/contract.ts';
import type { Content } from '../notice.ts';
import { addMessages } from './outbox.ts';

const TENANTS = `
  SELECT DISTINCT tenant FROM channels.message
  WHERE state = 'held' AND due_at <= now() /* all tenants: those with messages to release */`;
const DUE = `
  SELECT n, tenant, channel, recipient, address, severity, content FROM channels.message
  WHERE tenant = $1 AND state = 'held' AND due_at <= now() ORDER BY n LIMIT $2 FOR UPDATE SKIP LOCKED`;
const WAITS = `
  UPDATE channels.message SET state = 'waiting', due_at = now(), reason = NULL WHERE tenant = $1 AND n = ANY($2::bigint[])`;
const MERGED = `
  UPDATE channels.message SET state = 'merged', merged_into = (SELECT n FROM channels.message WHERE tenant = $1 AND key = $3)
  WHERE tenant = $1 AND n = ANY($2::bigint[])`;

const AT_ONCE = 500;

interface HeldMessage {
  readonly n: number;
  readonly tenant: string;
  readonly channel: string;
  readonly recipient: string;
  readonly address: string;
  readonly severity: Severity;
  readonly content: Content;
}

/**
 * Releases messages that were held until now. Several to one address become one message. @returns how many were held
 */
export async function releaseHeldMessages(db: Database): Promise<number> {
  return (await eachTenant(db, { text: TENANTS }, (tenant) => releaseOf(db, tenant))).length;
}

function releaseOf(db: Database, tenant: string): Promise<readonly HeldMessage[]> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<Omit<HeldMessage, 'content'> & { readonly content: string }>({
      text: DUE,
      values: [tenant, AT_ONCE],
    });
    const held = rows.map((row): HeldMessage => ({ ...row, content: JSON.parse(row.content) as Content })); // written by `addMessages`
    const lanes = Object.groupBy(held, ({ channel, recipient, address }) =>
      JSON.stringify([channel, recipient, address]),
    );
    for (const lane of Object.values(lanes)) {
      const [first] = lane ?? [];
      if (lane === undefined || first === undefined) continue;
      if (lane.length === 1) await tx.query({ text: WAITS, values: [first.tenant, [first.n]] });
      else await merge(tx, first, lane);
    }
    return held;
  });
}

async function merge(tx: Transaction, first: HeldMessage, lane: readonly HeldMessage[]): Promise<void> {
  const { tenant, channel, recipient, address } = first;
  const key = `together:${first.n}-${lane.at(-1)?.n}`;
  const severity = lane
    .map((each) => each.severity)
    .sort((a, b) => SEVERITIES.indexOf(b) - SEVERITIES.indexOf(a))[0] as Severity;
  const content = together(lane.map((each) => each.content));
  await addMessages(tx, tenant, [{ key, channel, recipient, address, severity, content, state: 'waiting' }]);
  await tx.query({ text: MERGED, values: [tenant, lane.map(({ n }) => n), key] });
}

/** Combines several messages into one. */
export function together(contents: readonly Content[]): Content {
  const listed = (language: Language) =>
    contents.map(({ title, link }) => `- ${inLanguage(title, language)}\n  ${link}`).join('\n');
  const count = contents.length;
  return {
    title: { fr: `${count} messages`, en: `${count} messages`, de: `${count} Meldungen`, lb: `${count} Messagen` },
    text: { fr: listed('fr'), en: listed('en'), de: listed('de'), lb: listed('lb') },
    link: contents[0]?.link ?? '',
    data: { event: 'messages', messages: contents.map(({ data }) => data) },
  };
}
