import type { Items, Summary } from '@alzette/publishing/contract';
import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { fetchAhead, keptAnswer } from '../citizen/kept-answers.ts';
import { useContainers } from '../containers/useContainers.ts';
import { useLanguage } from '../i18n/i18n.ts';
import type { Language } from '../i18n/languages.ts';
import { emergencyPaths, sectionPath } from '../info/section-path.ts';
import { SECTION_OF, SECTIONS } from '../info/sections.ts';
import { type Module, useModules } from '../modules/useModules.ts';
import type { Findable } from './find.ts';

/** Pages of the app, each with its module. */
const PAGES: readonly { readonly path: string; readonly title: string; readonly module?: Module }[] = [
  { path: '/collections', title: 'collections.title', module: 'waste' },
  { path: '/recycling', title: 'centres.title', module: 'waste' },
  { path: '/near', title: 'near.title', module: 'waste' },
  { path: '/departures', title: 'departures.title', module: 'mobility' },
  { path: '/journeys', title: 'journeys.title', module: 'mobility' },
  { path: '/air', title: 'air.title', module: 'air' },
  { path: '/water', title: 'water.title', module: 'water' },
  { path: '/services', title: 'procedures.title', module: 'procedures' },
  { path: '/report', title: 'report.title', module: 'reports' },
  { path: '/emergency', title: 'info.emergency' },
];

/** All searchable data on the device: publications, containers, and pages of the app. */
export function useFindables() {
  const { t } = useI18n();
  const language = useLanguage();
  const { has } = useModules();
  const { containers } = useContainers();
  const items = shallowRef<readonly Summary[]>([]);
  const loading = shallowRef(true);
  let isOver = false;
  onScopeDispose(() => {
    isOver = true;
  });

  async function read(asked: Language): Promise<void> {
    const paths = [
      ...SECTIONS.filter(has).map((section) => sectionPath(section, asked)),
      emergencyPaths(asked).defibrillators,
    ];
    const show = async () => {
      const kept = await Promise.all(paths.map((path) => keptAnswer<Items>(path)));
      if (!isOver && asked === language.value) items.value = kept.flatMap((answer) => answer?.items ?? []);
    };
    await show();
    await Promise.all(paths.map(fetchAhead));
    await show();
    loading.value = false;
  }
  watch(language, (asked) => void read(asked), { immediate: true });

  const findables = computed<Findable[]>(() => [
    ...PAGES.filter(({ module }) => module === undefined || has(module)).map(({ path, title }) => {
      return { key: path, path, group: t('search.pages'), title: t(title) };
    }),
    ...[...new Map(items.value.map((item) => [item.id, item])).values()].map((item) => findableOf(item, t)),
    ...(has('waste') ? containers.value : []).map(({ id, kind, street, name, commune }): Findable => {
      return {
        key: id,
        path: `/containers/${encodeURIComponent(id)}`,
        group: t('near.list'),
        title: t(`kind.${kind}`),
        detail: [street || name, commune].filter(Boolean).join(', '),
        more: t('container.title'),
      };
    }),
  ]);
  return { findables, loading };
}

/** Converts a publication to a search result. */
export function findableOf(item: Summary, t: (key: string) => string): Findable {
  const section = SECTION_OF[item.kind];
  const detail = item.summary ?? item.address ?? item.event?.venue;
  const more = [item.address, item.event?.venue, item.theme, item.section, item.place?.category, item.menu?.day];
  return {
    key: item.id,
    path: `/${section}/${encodeURIComponent(item.id)}`,
    group: t(`info.${section}`),
    title: item.title,
    ...(detail && { detail }),
    more: [...more, ...(item.menu?.dishes.map(({ name }) => name) ?? [])]
      .filter((text) => text !== undefined)
      .join(' '),
    language: item.language,
  };
}
