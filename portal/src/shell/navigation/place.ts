import type { LocationQueryRaw } from 'vue-router';
import type { Words } from '../../i18n/locales.ts';

/** An entry of the rail: pages that belong together, as tabs. */
export interface Place {
  readonly name: string;
  readonly title: Words;
  /** An SVG path, e.g. of `@mdi/js`. */
  readonly icon: string;
  /** Its tabs in their order; a line separates the parts. */
  readonly parts: readonly PlacePart[];
  /** The page that it begins with, and that leads to all others; absent: the first tab, and all tabs are in a row. */
  readonly start?: string;
}

interface PlacePart {
  readonly name: string;
  /** Shown where the parts are lists. */
  readonly title?: Words;
  /** Names of pages. */
  readonly pages: readonly string[];
}

/** The first page of people with a role. */
export interface Home {
  readonly role: string;
  readonly page: string;
  readonly query?: LocationQueryRaw;
  /** The places that the rail offers them; absent: all. Other pages stay open to them, by links. */
  readonly places?: readonly string[];
}

export interface Navigation {
  readonly places: readonly Place[];
  readonly homes: readonly Home[];
}
