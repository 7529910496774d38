import type { Component } from 'vue';
import type { RouteLocationRaw } from 'vue-router';
import type { Catalogue, Words } from '../i18n/locales.ts';
import type { Right } from '../sign-in/access.ts';

/** The groups of the rail, in their order. */
export const RAIL_GROUPS = ['today', 'operate', 'cockpits', 'automate', 'share', 'connect', 'administer'] as const;
export type RailGroup = (typeof RAIL_GROUPS)[number];

/** One part of the portal: its pages and actions, and the texts they need. */
export interface Feature {
  /** Its folder's name; its texts have keys that begin with it, e.g. `alarms.title`. */
  readonly name: string;
  readonly pages: readonly FeaturePage[];
  /** What the command palette offers beside the pages. */
  readonly actions?: readonly FeatureAction[];
  /** Loaded with the first of its pages. */
  readonly messages: Catalogue;
}

export interface FeaturePage {
  /** The route's name, unique in the portal. */
  readonly name: string;
  /** Path with parameters, e.g. `/alarms/:id`. */
  readonly path: string;
  /** In the rail, the palette and the window's title. */
  readonly title: Words;
  /** Who lacks it sees no entry, and at the address who can grant it. */
  readonly right: Right;
  readonly component: () => Promise<{ readonly default: Component }>;
  /** Its place in the rail; without, one comes to it from elsewhere. */
  readonly rail?: RailPlace;
  /** What of the top bar the page follows; the rest of it is not shown there. */
  readonly follows?: readonly ('commune' | 'period')[];
}

export interface RailPlace {
  readonly group: RailGroup;
  /** An SVG path, e.g. of `@mdi/js`. */
  readonly icon: string;
  /** True: among the four of the bar on a phone, as long as there is room. */
  readonly onPhoneBar?: boolean;
}

interface FeatureAction {
  readonly title: Words;
  readonly icon: string;
  readonly right: Right;
  readonly to: RouteLocationRaw;
}
