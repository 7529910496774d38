import type { Component } from 'vue';
import type { RouteLocationRaw } from 'vue-router';
import type { Catalogue, Words } from '../i18n/locales.ts';
import type { Right } from '../sign-in/access.ts';

/** The groups of the rail, in their order. */
export const RAIL_GROUPS = ['today', 'operate', 'cockpits', 'automate', 'share', 'connect', 'administer'] as const;
export type RailGroup = (typeof RAIL_GROUPS)[number];

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
  /** Path with parameters, e.g. `/alarms/:id`. */
  readonly path: string;
  /** For the rail, the palette and the window's title. */
  readonly title: Words;
  /** The part of the documentation about the page: a page and the id of its English heading. */
  readonly help: `${string}#${string}`;
  /** The right that the page needs. Without it the entry is hidden, and the page says who can grant it. */
  readonly right: Right;
  readonly component: () => Promise<{ readonly default: Component }>;
  /** Sends the first request of the page, while its code loads. */
  readonly askAhead?: () => void;
  /** Its place in the rail; absent: only links lead to it. */
  readonly rail?: RailPlace;
  /** The filters of the top bar that apply to the page; others are hidden. */
  readonly follows?: readonly ('commune' | 'period')[];
}

export interface RailPlace {
  readonly group: RailGroup;
  /** An SVG path, e.g. of `@mdi/js`. */
  readonly icon: string;
  /** True: one of the four on the bar of a phone, if there is room. */
  readonly onPhoneBar?: boolean;
}

interface FeatureAction {
  readonly title: Words;
  readonly icon: string;
  readonly right: Right;
  readonly to: RouteLocationRaw;
}
