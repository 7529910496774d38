import type { Locale, Words } from '../../i18n/locales.ts';
import type { Access } from '../../sign-in/access.ts';
import type { Feature, FeaturePage } from '../feature.ts';
import type { Home, Navigation } from './place.ts';

/** A place with the pages of it that the reader may open. */
export interface OfferedPlace {
  readonly name: string;
  readonly title: Words;
  readonly icon: string;
  readonly hasStart: boolean;
  /** Where its entry leads. */
  readonly first: FeaturePage;
  readonly parts: readonly OfferedPart[];
}

export interface OfferedPart {
  readonly name: string;
  readonly title?: Words;
  readonly pages: readonly FeaturePage[];
}

type Reader = Pick<Access, 'may' | 'roles'>;

/** The places that a reader is offered; those without a page that they may open are left out. */
export function offeredPlaces(
  { places, homes }: Navigation,
  features: readonly Feature[],
  { may, roles }: Reader,
): OfferedPlace[] {
  const pages = new Map(features.flatMap((feature) => feature.pages).map((page) => [page.name, page]));
  const open = (name: string): FeaturePage[] => {
    const page = pages.get(name);
    if (page === undefined) throw new Error(`navigation: there is no page ${name}`);
    return may(page.right) ? [page] : [];
  };
  const only = homeOf(homes, roles)?.places;
  return places
    .filter(({ name }) => only === undefined || only.includes(name))
    .flatMap(({ name, title, icon, start, parts: all }) => {
      const parts = all
        .map((part) => ({ ...part, pages: part.pages.flatMap(open) }))
        .filter((part) => part.pages.length > 0);
      const tabs = parts.flatMap((part) => part.pages);
      const [first] = start === undefined ? tabs : open(start);
      if (first === undefined || tabs.length === 0) return [];
      return [{ name, title, icon, hasStart: start !== undefined, first, parts }];
    });
}

/** The home of the first role in the table that somebody has. */
export function homeOf(homes: readonly Home[], roles: readonly string[]): Home | undefined {
  return homes.find(({ role }) => roles.includes(role));
}

/** The place and the tab that a path belongs to: the tab itself, or its nearest ancestor: `/alarms` for `/alarms/7`. */
export function placeOfPath(
  places: readonly OfferedPlace[],
  path: string,
): { readonly place: OfferedPlace; readonly tab: FeaturePage } | undefined {
  return places
    .flatMap((place) => [place.first, ...place.parts.flatMap(({ pages }) => pages)].map((tab) => ({ place, tab })))
    .filter(({ tab }) => path === tab.path || (tab.path !== '/' && path.startsWith(`${tab.path}/`)))
    .sort((a, b) => b.tab.path.length - a.tab.path.length)[0];
}

/** The name of a page among its neighbours. */
export function tabText({ tab, title }: FeaturePage, locale: string): string {
  return (tab ?? title)[locale as Locale];
}
