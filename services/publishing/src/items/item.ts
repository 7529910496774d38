import type { ItemDocument, ItemState, Kind, Texts, Wording } from '../contract/documents.ts';
import type { Language } from '../ports.ts';

/** The owner of items of the community. */
export const COMMUNITY = '';

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
