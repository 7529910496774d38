import type { Language, LanguageMap } from '../ports.ts';

export const KINDS = ['news', 'event', 'alert', 'place', 'page', 'menu', 'poll'] as const;
export type Kind = (typeof KINDS)[number];
export const STATES = ['draft', 'ready', 'withdrawn'] as const;
/** `ready` is public from `publishAt` until `expiresAt`. */
export type ItemState = (typeof STATES)[number];
export const SEVERITIES = ['information', 'warning', 'emergency'] as const;
export type AnnouncementSeverity = (typeof SEVERITIES)[number];
/** The owner of what the community writes. */
export const COMMUNITY = '';

/** What is said in one language; the body is Markdown without HTML. */
export interface Wording {
  readonly title: string;
  readonly summary?: string;
  readonly body?: string;
  /** The same in words that are easy to read and understand (in French: FALC), Markdown as well. */
  readonly easy?: string;
}
export type Texts = { readonly fr: Wording } & { readonly [L in Exclude<Language, 'fr'>]?: Wording };

/** What an agent writes. The member named as the kind is there for that kind alone. */
export interface ItemDocument {
  readonly texts: Texts;
  /** Such as `culture`, `travaux`; free, so that each community has its own. */
  readonly theme?: string;
  /** Of the community's items: the communes that they are for; absent: all. */
  readonly communes?: readonly string[];
  readonly location?: { readonly type: 'Point'; readonly coordinates: readonly [number, number] };
  readonly address?: string;
  readonly image?: { readonly file: string; readonly alt: string };
  readonly link?: string;
  /** Whether followers are told when it becomes public; default true for alerts, false for the rest. */
  readonly push?: boolean;
  readonly event?: EventPart;
  readonly alert?: { readonly severity: AnnouncementSeverity };
  readonly place?: PlacePart;
  readonly page?: { readonly section: string; readonly order?: number };
  readonly menu?: MenuPart;
  readonly poll?: { readonly choices: readonly PollChoice[] };
}

/** Instants with their zone; `allDay`: the days of them count. */
export interface EventPart {
  readonly start: string;
  readonly end?: string;
  readonly allDay?: boolean;
  readonly venue?: string;
  readonly organiser?: string;
  readonly price?: string;
  readonly isFree?: boolean;
}

export interface PlacePart {
  readonly category: string;
  readonly telephone?: string;
  readonly email?: string;
  readonly website?: string;
  /** As OpenStreetMap writes them: `Mo-Fr 08:00-12:00`. */
  readonly openingHours?: string;
}

/** A day of a canteen, as scdl/menus-collectifs has it. */
export interface MenuPart {
  readonly day: string;
  readonly canteen: string;
  readonly dishes: readonly Dish[];
}
export interface Dish {
  readonly course: 'starter' | 'main' | 'side' | 'dairy' | 'dessert';
  readonly name: string;
  /** Of regulation (EU) No 1169/2011, annex II. */
  readonly allergens?: readonly string[];
  readonly labels?: readonly string[];
}

export interface PollChoice {
  readonly id: string;
  readonly text: LanguageMap;
}

/** An item as it is kept. */
export interface Item {
  readonly id: string;
  readonly kind: Kind;
  readonly owner: string;
  readonly document: ItemDocument;
  readonly state: ItemState;
  readonly publishAt: Date;
  readonly expiresAt?: Date;
  readonly version: number;
  readonly entityVersion?: number;
  readonly told: boolean;
  readonly author: string;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly source?: string;
  readonly sourceId?: string;
}

export function isPublic({ state, publishAt, expiresAt }: Item, at: Date): boolean {
  return state === 'ready' && publishAt <= at && (expiresAt === undefined || at < expiresAt);
}

/** What an item is sorted by: when it happens, or when it became public. */
export function sortTime(document: ItemDocument, publishAt: Date): Date {
  const at = document.event?.start ?? (document.menu && `${document.menu.day}T12:00:00Z`);
  return at === undefined ? publishAt : new Date(at);
}

/** The first wording among these languages, and in which it is. */
export function wordingIn(
  texts: Texts,
  language: Language,
): { readonly language: Language; readonly wording: Wording } {
  const own = texts[language];
  return own === undefined ? { language: 'fr', wording: texts.fr } : { language, wording: own };
}
