import type { Entity } from '@alzette/ngsi-ld-schemas';
import { mdiMapMarkerOutline } from '@mdi/js';
import { computed, type Ref, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import type { RouteLocationRaw } from 'vue-router';
import { useBroker } from '../../broker/broker.ts';
import { entityName, entityPlace } from '../../entities/entity-name.ts';
import { searchQuery } from '../../entities/search-pattern.ts';
import { folded } from '../../format/slug.ts';
import type { Locale } from '../../i18n/locales.ts';
import { useAccess } from '../../sign-in/access.ts';
import { useFeatures } from '../features.ts';

export interface PaletteEntry {
  readonly key: string;
  readonly kind: 'page' | 'action' | 'asset';
  readonly title: string;
  readonly note?: string;
  readonly icon: string;
  readonly to: RouteLocationRaw;
}

const SETTLE_MS = 180;
const SHORTEST = 2;
const MOST_ASSETS = 8;

// Longer than 80 lines: short functions that share the state at its top.
/** What the command palette finds for a text: pages and actions at once, assets as the broker answers. */
export function usePalette(text: Ref<string>) {
  const { t, locale } = useI18n();
  const { may } = useAccess();
  const features = useFeatures();
  const broker = useBroker();
  const assets = shallowRef<readonly PaletteEntry[]>([]);
  const isSearching = shallowRef(false);

  const fixed = computed<PaletteEntry[]>(() => {
    const language = locale.value as Locale;
    const pages = features
      .flatMap((feature) => feature.pages)
      .filter(({ rail, path, right }) => rail !== undefined && !path.includes(':') && may(right))
      .map(({ name, title, path, rail }) => ({
        key: `page-${name}`,
        kind: 'page' as const,
        title: title[language],
        note: rail && t(`shell.group.${rail.group}`),
        icon: rail?.icon ?? '',
        to: path,
      }));
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
    return [...fixed.value.filter(matches), ...assets.value];
  });

  watch(text, async (wanted, _before, onCleanup) => {
    const request = new AbortController();
    onCleanup(() => request.abort());
    const q = wanted.trim().length < SHORTEST ? undefined : searchQuery(wanted);
    isSearching.value = q !== undefined;
    if (q === undefined) {
      assets.value = [];
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    if (request.signal.aborted) return;
    try {
      const pick = ['id', 'type', 'name', 'address'];
      const page = await broker.queryEntities({
        q,
        pick,
        limit: MOST_ASSETS,
        format: 'concise',
        signal: request.signal,
      });
      assets.value = page.entities.map(assetEntry);
    } catch {
      if (!request.signal.aborted) assets.value = [];
    } finally {
      if (!request.signal.aborted) isSearching.value = false;
    }
  });

  function assetEntry(entity: Entity): PaletteEntry {
    return {
      key: entity.id,
      kind: 'asset',
      title: entityName(entity),
      note: entityPlace(entity),
      icon: mdiMapMarkerOutline,
      to: { name: 'entity', params: { id: entity.id } },
    };
  }

  return { entries, isSearching };
}
