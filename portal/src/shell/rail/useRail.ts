import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRoute } from 'vue-router';
import type { Locale } from '../../i18n/locales.ts';
import { useAccess } from '../../sign-in/access.ts';
import { type FeaturePage, RAIL_GROUPS, type RailGroup, type RailPlace } from '../feature.ts';
import { useFeatures } from '../features.ts';

interface RailItem {
  readonly name: string;
  readonly path: string;
  readonly title: string;
  readonly icon: string;
  readonly isCurrent: boolean;
}

export interface RailSection {
  readonly group: RailGroup;
  readonly items: readonly RailItem[];
}

/** Destinations on the bar of a phone, beside "more". */
const PHONE_BAR = 4;

/** The rail's pages that the reader may open. */
export function useRail() {
  const { locale } = useI18n();
  const route = useRoute();
  const access = useAccess();
  const pages = useFeatures()
    .flatMap(({ pages }) => pages)
    .filter(hasPlace)
    .filter(({ right }) => access.may(right));

  /** The page itself, or its nearest ancestor in the rail: `/alarms` for `/alarms/7`. */
  const current = computed(
    () =>
      pages
        .filter(({ path }) => route.path === path || (path !== '/' && route.path.startsWith(`${path}/`)))
        .sort((a, b) => b.path.length - a.path.length)[0]?.name,
  );
  const item = ({ name, path, title, rail }: PlacedPage): RailItem => ({
    name,
    path,
    title: title[locale.value as Locale],
    icon: rail.icon,
    isCurrent: name === current.value,
  });
  const sections = computed<RailSection[]>(() =>
    RAIL_GROUPS.map((group) => ({ group, items: pages.filter(({ rail }) => rail.group === group).map(item) })).filter(
      ({ items }) => items.length > 0,
    ),
  );
  const phoneItems = computed(() =>
    pages
      .filter(({ rail }) => rail.onPhoneBar)
      .slice(0, PHONE_BAR)
      .map(item),
  );

  return { sections, phoneItems };
}

type PlacedPage = FeaturePage & { readonly rail: RailPlace };

function hasPlace(page: FeaturePage): page is PlacedPage {
  return page.rail !== undefined;
}
