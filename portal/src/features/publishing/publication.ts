import type {
  AppSettingsContract,
  FeedContract,
  Format,
  GivenItem,
  KeeperContract,
  Kind,
  PublicationContract,
  ReachContract,
  ShownItem,
  Texts,
  Wording,
} from '@alzette/publishing/contract';
import { APP_SETTINGS, FEEDS, KEEPERS, PUBLICATIONS, REACH } from '@alzette/publishing/paths';
import { service } from '../../broker/service.ts';

export const publications = service<PublicationContract>(PUBLICATIONS);
export const feeds = service<FeedContract>(FEEDS);
export const reach = service<ReachContract>(REACH);
export const appSettings = service<AppSettingsContract>(APP_SETTINGS);
export const keepers = service<KeeperContract>(KEEPERS);

export const KINDS = ['news', 'event', 'alert', 'place', 'page', 'menu', 'poll'] as const satisfies readonly Kind[];
export type Language = keyof Texts;
export const LANGUAGES = ['fr', 'en', 'de', 'lb'] as const satisfies readonly Language[];
export const FORMATS: readonly Format[] = [
  'ics',
  'rss',
  'openagenda',
  'osm',
  'menus-collectifs',
  'dae',
  'sirene',
  'datatourisme',
  'directory',
];
export const STATES = ['draft', 'scheduled', 'public', 'expired', 'withdrawn'] as const;
type ShownState = (typeof STATES)[number];

/** The most that a list has. */
export const MOST = 200;

/** The members that are sent to save it. */
export function draftOf({ kind, owner, state, document, publishAt, expiresAt }: ShownItem): GivenItem {
  return { kind, owner, state, document, publishAt, ...(expiresAt !== undefined && { expiresAt }) };
}

/** @param before the version that was edited; absent: it is new */
export async function savePublication(body: GivenItem, before?: Pick<ShownItem, 'id' | 'version'>): Promise<ShownItem> {
  if (before === undefined) return (await publications.add({ body })).item;
  const headers = versionHeader(before.version);
  return (await publications.replace({ params: { id: before.id }, body, headers })).item;
}

/** Lets the server refuse a change of another version than this. */
export function versionHeader(version: number): Record<string, string> {
  return { 'if-match': `"${version}"` };
}

export function stateOf({ state, publishAt, expiresAt }: ShownItem, now: number): ShownState {
  if (state !== 'ready') return state;
  if (Date.parse(publishAt) > now) return 'scheduled';
  return expiresAt !== undefined && Date.parse(expiresAt) <= now ? 'expired' : 'public';
}

/** The texts in the reader's language, or in French. */
export function wordingIn({ document: { texts } }: ShownItem, language: string): Wording {
  const own = LANGUAGES.find((known) => known === language);
  return (own && texts[own]) ?? texts.fr;
}

export function titleOf(publication: ShownItem, language: string): string {
  return wordingIn(publication, language).title;
}
