import { mdiMapMarkerOutline, mdiRoadVariant } from '@mdi/js';
import { computed, type Ref, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import type { RouteLocationRaw } from 'vue-router';
import { type Found, searchTerritory } from '../../entities/search.ts';
import { folded } from '../../format/slug.ts';
import type { Locale } from '../../i18n/locales.ts';
import { useAccess } from '../../sign-in/access.ts';
import { useFeatures } from '../features.ts';
import { useNavigation } from '../navigation/useNavigation.ts';

export interface PaletteEntry {
  readonly key: string;
  readonly kind: 'page' | 'action' | 'asset' | 'street';
  readonly title: string;
  readonly note?: string;
  readonly icon: string;
  readonly to: RouteLocationRaw;
}

const SETTLE_MS = 180;
const SHORTEST = 2;
const MAX_FOUND = 12;
/** The pages whose drawer shows entities of a type, and the query parameter that opens it. */
const PAGES_OF_TYPES: Readonly<Record<string, readonly [page: string, member: string]>> = {
  Alert: ['alarms', 'alarm'],
  WorkOrder: ['work-orders', 'order'],
  ServiceRequest: ['reports', 'report'],
};

// Longer than 80 lines: short functions that share the state at its top.
/** The command palette's results for a text: pages and actions at once; streets, assets and records from the broker. */
export function usePalette(text: Ref<string>) {
  const { t, locale } = useI18n();
  const { may } = useAccess();
  const features = useFeatures();
  const { places } = useNavigation();
  const found = shallowRef<readonly PaletteEntry[]>([]);
  const isSearching = shallowRef(false);

  const fixed = computed<PaletteEntry[]>(() => {
    const language = locale.value as Locale;
    const pages = places.flatMap((place) =>
      place.parts.flatMap((part) =>
        part.pages.map(({ name, title, path }) => ({
          key: `page-${name}`,
          kind: 'page' as const,
          title: title[language],
          note: [place.title, part.title]
            .map((words) => words?.[language] ?? '')
            .filter(Boolean)
            .join(' · '),
          icon: place.icon,
          to: path,
        })),
      ),
    );
    const actions = features
      .flatMap((feature) => feature.actions ?? [])
      .filter(({ right }) => may(right))
      .map(({ title, icon, to }, index) => ({
        key: `action-${index}`,
        kind: 'action' as const,
        title: title[language],
        icon,
        to,
      }));
    return [...pages, ...actions];
  });

  const entries = computed(() => {
    const words = folded(text.value).split(/\s+/).filter(Boolean);
    const matches = ({ title, note = '' }: PaletteEntry): boolean => {
      const haystack = folded(`${title} ${note}`);
      return words.every((word) => haystack.includes(word));
    };
    return [...fixed.value.filter(matches), ...found.value];
  });

  watch(text, async (wanted, _before, onCleanup) => {
    const request = new AbortController();
    onCleanup(() => request.abort());
    const isLong = wanted.trim().length >= SHORTEST;
    isSearching.value = isLong;
    if (!isLong) {
      found.value = [];
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    if (request.signal.aborted) return;
    try {
      const answer = await searchTerritory(wanted, MAX_FOUND, request.signal);
      if (!request.signal.aborted) found.value = entriesOf(answer);
    } catch {
      if (!request.signal.aborted) found.value = [];
    } finally {
      if (!request.signal.aborted) isSearching.value = false;
    }
  });

  function entriesOf({ entities, streets }: Found): PaletteEntry[] {
    const known = new Set(features.flatMap(({ pages }) => pages.map(({ name }) => name)));
    return [
      // A street with a single entity is not listed, because the entity itself is.
      ...streets
        .filter(({ count }) => count > 1)
        .map(({ street, locality, count }) => ({
          key: `street-${street}-${locality}`,
          kind: 'street' as const,
          title: [street, locality].filter(Boolean).join(', '),
          note: t('shell.palette.standing', { count }, count),
          icon: mdiRoadVariant,
          to: { name: 'map', query: { text: street } },
        })),
      ...entities.map(({ id, type, name, street, locality }) => {
        const [page, member] = PAGES_OF_TYPES[type[0] ?? ''] ?? [];
        const isShown = page !== undefined && member !== undefined && known.has(page);
        return {
          key: id,
          kind: 'asset' as const,
          title: name ?? id.slice(id.lastIndexOf(':') + 1),
          note: [street, locality].filter(Boolean).join(', ') || type[0] || '',
          icon: mdiMapMarkerOutline,
          to: isShown ? { name: page, query: { [member]: id } } : { name: 'entity', params: { id } },
        };
      }),
    ];
  }

  return { entries, isSearching };
}
