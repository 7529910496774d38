import type { Language, LanguageMap } from '../ports.ts';

export const KINDS = ['news', 'event', 'alert', 'place', 'page', 'menu', 'poll'] as const;
export type Kind = (typeof KINDS)[number];
export const STATES = ['draft', 'ready', 'withdrawn'] as const;
/** `ready` is public from `publishAt` until `expiresAt`. */
export type ItemState = (typeof STATES)[number];
export const SEVERITIES = ['information', 'warning', 'emergency'] as const;
export type AnnouncementSeverity = (typeof SEVERITIES)[number];
/** The owner of items of the community. */
export const COMMUNITY = '';

/** The texts in one language; the body is Markdown without HTML. */
export interface Wording {
  readonly title: string;
  readonly summary?: string;
  readonly body?: string;
  /** The same in easy-to-read language (in French: FALC), also Markdown. */
  readonly easy?: string;
}
export type Texts = { readonly fr: Wording } & { readonly [L in Exclude<Language, 'fr'>]?: Wording };

/** The content of an item. The member with the name of a kind exists only for that kind. */
export interface ItemDocument {
  readonly texts: Texts;
  /** A free text such as `culture` or `travaux`, because communities have different themes. */
  readonly theme?: string;
  /** Only for the community's items: the communes where it is shown; absent: all. */
  readonly communes?: readonly string[];
  readonly location?: { readonly type: 'Point'; readonly coordinates: readonly [number, number] };
  readonly address?: string;
  readonly image?: { readonly file: string; readonly alt: string };
  readonly link?: string;
  /** Whether followers are notified when it becomes public; default true for alerts, false for others. */
  readonly push?: boolean;
  readonly event?: EventPart;
  readonly alert?: { readonly severity: AnnouncementSeverity };
  readonly place?: PlacePart;
  readonly page?: { readonly section: string; readonly order?: number };
  readonly menu?: MenuPart;
  readonly poll?: { readonly choices: readonly PollChoice[] };
}

/** Instants with their zone; with `allDay` only their days count. */
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
  /** In OpenStreetMap's format: `Mo-Fr 08:00-12:00`. */
  readonly openingHours?: string;
}

/** The menu of a canteen on a day, as in scdl/menus-collectifs. */
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

/** A stored item. */
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

/** The time by which an item is sorted: when it happens, or when it became public. */
export function sortTime(document: ItemDocument, publishAt: Date): Date {
  const at = document.event?.start ?? (document.menu && `${document.menu.day}T12:00:00Z`);
  return at === undefined ? publishAt : new Date(at);
}

/** The first wording in one of these languages, with its language. */
export function wordingIn(
  texts: Texts,
  language: Language,
): { readonly language: Language; readonly wording: Wording } {
  const own = texts[language];
  return own === undefined ? { language: 'fr', wording: texts.fr } : { language, wording: own };
}
