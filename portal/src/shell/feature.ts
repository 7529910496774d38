import type { Component } from 'vue';
import type { RouteLocationRaw } from 'vue-router';
import type { Catalogue, Words } from '../i18n/locales.ts';
import type { Term } from '../i18n/terms.ts';
import type { Right } from '../sign-in/access.ts';

/** One part of the portal: its pages and actions, and their texts. */
export interface Feature {
  /** The name of its folder, and the prefix of its texts' keys, e.g. `alarms.title`. */
  readonly name: string;
  readonly pages: readonly FeaturePage[];
  /** Entries of the command palette other than the pages. */
  readonly actions?: readonly FeatureAction[];
  /** Loaded with the first of its pages. */
  readonly messages: Catalogue;
}

export interface FeaturePage {
  /** The route's name, unique in the portal. */
  readonly name: string;
  /** Path with parameters, e.g. `/alarms/:id`. Links to it are in mails and bookmarks: it stays. */
  readonly path: string;
  /** Another path of it. */
  readonly alias?: string;
  /** For the palette, the settings and the window's title. Where the page is found: `navigation.ts`. */
  readonly title: Words;
  /** Shorter, for its tab beside the others of its place. */
  readonly tab?: Words;
  /** The part of the documentation about the page: a page and the id of its English heading. */
  readonly help: `${string}#${string}`;
  /** Words of the page that are explained on it. */
  readonly terms?: readonly Term[];
  /** The right that the page needs. Without it the entry is hidden, and the page says who can grant it. */
  readonly right: Right;
  readonly component: () => Promise<{ readonly default: Component }>;
  /** Sends the first request of the page, while its code loads. */
  readonly askAhead?: () => void;
  /** The filters of the top bar that apply to the page; others are hidden. */
  readonly follows?: readonly ('commune' | 'period')[];
}

interface FeatureAction {
  readonly title: Words;
  readonly icon: string;
  readonly right: Right;
  readonly to: RouteLocationRaw;
}
