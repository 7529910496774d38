import { object, Type } from '@alzette/kit/contract';
import { type ConfigurationDocument, type ConfigurationKind, mustAnswer } from '@alzette/packs/kinds';
import { Feed, MEMBERS, Owner, Page, State } from '@alzette/publishing/contract';

const ITEMS = '/publishing/items';

interface Item {
  readonly id: string;
  readonly owner: string;
  readonly state: string;
  readonly document: { readonly image?: object };
  readonly publishAt: string;
  readonly expiresAt?: string;
}

/** Pages of the citizens' app. Their pictures and times are no configuration: they are neither read nor written, and stay. */
export const PAGE_KIND: ConfigurationKind = {
  folder: 'pages',
  list: ITEMS,
  query: '?kind=page&limit=200',
  documents: (answer) =>
    (answer as { items: readonly Item[] }).items.map(({ id, owner, state, document: { image: _, ...document } }) => ({
      id,
      owner,
      state,
      ...document,
    })),
  defaults: { owner: '', state: 'draft' },
  schema: object({
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
    owner: Type.Optional(Owner),
    state: Type.Optional(State),
    ...MEMBERS,
    page: Page,
  }),
  async put(ask, { id, owner = '', state = 'draft', ...document }: ConfigurationDocument) {
    const path = `${ITEMS}/${encodeURIComponent(id)}`;
    const { item } = (await mustAnswer(ask, 'GET', path, { accepted: [404] })) as { readonly item?: Item };
    const given = { kind: 'page', owner, state };
    if (item === undefined) return void (await mustAnswer(ask, 'POST', ITEMS, { body: { id, ...given, document } }));
    const { image } = item.document;
    const { publishAt, expiresAt } = item;
    await mustAnswer(ask, 'PUT', path, {
      body: {
        ...given,
        publishAt,
        ...(expiresAt !== undefined && { expiresAt }),
        document: { ...document, ...(image !== undefined && { image }) },
      },
    });
  },
};

/** Calendars, news and menus that are read every hour. */
export const FEED_KIND: ConfigurationKind = {
  folder: 'feeds',
  list: '/publishing/feeds',
  documents: (answer) =>
    (answer as { feeds: readonly (ConfigurationDocument & { readAt?: string; outcome?: object })[] }).feeds.map(
      ({ readAt: _at, outcome: _outcome, ...feed }) => feed,
    ),
  defaults: { state: 'draft' },
  schema: object({ id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }), ...Feed.properties }),
};
