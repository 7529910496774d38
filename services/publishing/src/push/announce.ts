import { ofAllTenants } from '@alzette/kit/each-tenant';
import type { TerritoryInfo } from '@alzette/kit/service';
import type { Kind } from '../contract/documents.ts';
import { declinedBy } from '../items/inheritance.ts';
import { COMMUNITY, type Item } from '../items/item.ts';
import { ITEM_COLUMNS, type ItemRow, itemOf } from '../items/item-rows.ts';
import type { PublishingParts } from '../parts.ts';
import { LANGUAGES, type LanguageMap, type PushMessage, type PushPort, type Urgency } from '../ports.ts';
import { beginningOf } from '../texts/markdown.ts';

/** Items that became public and have not been announced. */
const UNTOLD = `SELECT tenant, ${ITEM_COLUMNS} FROM publishing.item WHERE`;
const IS_UNTOLD = `
  state = 'ready' AND NOT told AND publish_at <= now() AND publish_at > now() - interval '1 day'
    AND coalesce(expires_at > now(), true)
    AND coalesce((document -> 'push')::boolean, kind = 'alert')
  ORDER BY publish_at LIMIT 20`;
const UNTOLD_OF_ALL = `${UNTOLD} ${IS_UNTOLD} /* all tenants: what is to be told */`;
const UNTOLD_OF_TENANT = `${UNTOLD} tenant = $1 AND ${IS_UNTOLD}`;
const TOLD = 'UPDATE publishing.item SET told = true WHERE tenant = $1 AND id = $2';
const TEXT_LENGTH = 180;

/** The topic and the page of each kind in the app. */
const NAMES: { readonly [kind in Kind]: string } = {
  news: 'news',
  event: 'events',
  alert: 'alerts',
  place: 'directory',
  page: 'pages',
  menu: 'menus',
  poll: 'polls',
};

/** Notifies followers of newly public items, without those of a node that is away. @returns how many items */
export async function announceItems(parts: PublishingParts, push: PushPort): Promise<number> {
  const rows = await ofAllTenants<ItemRow & { tenant: string }>(parts.db, { text: UNTOLD_OF_ALL }, (tenant) => ({
    text: UNTOLD_OF_TENANT,
    values: [tenant],
  }));
  for (const row of rows) {
    const item = itemOf(row);
    const declined = (await declinedBy(parts.db, row.tenant, [item.id])).get(item.id) ?? [];
    await push.send(row.tenant, messageOf(item, communesOf(parts.territories.of(row.tenant), item, declined)));
    await parts.db.query({ text: TOLD, values: [row.tenant, item.id] });
  }
  return rows.length;
}

function communesOf({ communes }: TerritoryInfo, { owner, document }: Item, declined: readonly string[]): string[] {
  if (owner !== COMMUNITY) return [owner];
  const all = document.communes ?? communes.map(({ slug }) => slug);
  return all.filter((slug) => !declined.includes(slug));
}

function messageOf(item: Item, communes: readonly string[]): PushMessage {
  const { texts, theme } = item.document;
  const short = ({ summary, body = '' }: { summary?: string; body?: string }) =>
    summary ?? beginningOf(body, TEXT_LENGTH);
  return {
    key: `item:${item.id}`,
    topics: communes.flatMap((commune) => {
      const topic = `${NAMES[item.kind]}@${commune}`;
      return theme === undefined ? [topic] : [topic, `${topic}/${theme}`];
    }),
    urgency: urgencyOf(item),
    title: inLanguages(({ title }) => title),
    text: inLanguages(short),
    link: `/app/${NAMES[item.kind]}/${item.id}`,
  };

  function inLanguages(of: (wording: { title: string; summary?: string; body?: string }) => string): LanguageMap {
    const entries = LANGUAGES.flatMap((language) => {
      const wording = texts[language];
      return wording === undefined ? [] : [[language, of(wording)] as const];
    });
    return { fr: of(texts.fr), ...Object.fromEntries(entries) };
  }
}

function urgencyOf({ document: { alert } }: Item): Urgency {
  if (alert === undefined) return 'normal';
  return alert.severity === 'information' ? 'normal' : alert.severity === 'warning' ? 'high' : 'emergency';
}
