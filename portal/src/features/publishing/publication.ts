import { ask } from '@alzette/web/asking';

export const KINDS = ['news', 'event', 'alert', 'place', 'page', 'menu', 'poll'] as const;
export type Kind = (typeof KINDS)[number];
export const LANGUAGES = ['fr', 'en', 'de', 'lb'] as const;
export type Language = (typeof LANGUAGES)[number];
export const STATES = ['draft', 'scheduled', 'public', 'expired', 'withdrawn'] as const;
type ShownState = (typeof STATES)[number];

export interface Wording {
  readonly title: string;
  readonly summary?: string;
  readonly body?: string;
  readonly easy?: string;
}
export type Texts = { readonly [L in Language]?: Wording };

export interface Choice {
  readonly id: string;
  readonly text: { readonly [L in Language]?: string };
}
export interface Dish {
  readonly course: 'starter' | 'main' | 'side' | 'dairy' | 'dessert';
  readonly name: string;
}

/** A publication, as the publishing service stores it. */
export interface Publication {
  readonly id: string;
  readonly kind: Kind;
  readonly owner: string;
  readonly state: 'draft' | 'ready' | 'withdrawn';
  readonly publishAt: string;
  readonly expiresAt?: string;
  readonly version: number;
  readonly isPublic: boolean;
  readonly declined: readonly string[];
  readonly missingLanguages: readonly Language[];
  readonly document: PublicationDocument;
}
export interface PublicationDocument {
  readonly texts: Texts;
  readonly theme?: string;
  readonly communes?: readonly string[];
  readonly address?: string;
  readonly link?: string;
  readonly image?: { readonly file: string; readonly alt: string };
  readonly push?: boolean;
  readonly event?: { readonly start: string; readonly end?: string; readonly venue?: string };
  readonly alert?: { readonly severity: 'information' | 'warning' | 'emergency' };
  readonly place?: {
    readonly category: string;
    readonly telephone?: string;
    readonly email?: string;
    readonly website?: string;
    readonly openingHours?: string;
  };
  readonly page?: { readonly section: string };
  readonly menu?: { readonly day: string; readonly canteen: string; readonly dishes: readonly Dish[] };
  readonly poll?: { readonly choices: readonly Choice[] };
}
interface PublicationList {
  readonly items: readonly Publication[];
  /** The owners for which the user may write: communes' slugs; '' is the community. */
  readonly owners: readonly string[];
}

const MOST = 200;

export function listPublications(
  filter: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<PublicationList> {
  const query = new URLSearchParams({ limit: String(MOST), ...filter });
  return ask<PublicationList>('GET', `/publishing/items?${query}`, undefined, signal);
}

export async function readPublication(id: string, signal?: AbortSignal): Promise<Publication> {
  return (await ask<{ item: Publication }>('GET', pathOf(id), undefined, signal)).item;
}

export function pathOf(id: string): string {
  return `/publishing/items/${encodeURIComponent(id)}`;
}

/** The members that are sent to save it. */
export type Draft = Pick<Publication, 'kind' | 'owner' | 'state' | 'document'> & {
  readonly publishAt?: string;
  readonly expiresAt?: string;
};

export function draftOf({ kind, owner, state, document, publishAt, expiresAt }: Publication): Draft {
  return { kind, owner, state, document, publishAt, ...(expiresAt !== undefined && { expiresAt }) };
}

/** @param version the version that was edited; absent: it is new */
export async function savePublication(draft: Draft, id?: string, version?: number): Promise<Publication> {
  const headers: Record<string, string> = version === undefined ? {} : { 'if-match': `"${version}"` };
  const method = id === undefined ? 'POST' : 'PUT';
  const path = id === undefined ? '/publishing/items' : pathOf(id);
  return (await ask<{ item: Publication }>(method, path, draft, undefined, headers)).item;
}

export function stateOf({ state, publishAt, expiresAt }: Publication, now: number): ShownState {
  if (state !== 'ready') return state;
  if (Date.parse(publishAt) > now) return 'scheduled';
  return expiresAt !== undefined && Date.parse(expiresAt) <= now ? 'expired' : 'public';
}

/** The texts in the reader's language, or in French. */
export function wordingIn({ document: { texts } }: Publication, language: string): Wording | undefined {
  const own = LANGUAGES.find((known) => known === language);
  return (own && texts[own]) ?? texts.fr;
}

export function titleOf(publication: Publication, language: string): string {
  return wordingIn(publication, language)?.title ?? '';
}
