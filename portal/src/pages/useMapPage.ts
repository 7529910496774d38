import { computed, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { byUrgency, entityMatcher, needsAttention, slug, statesPresent } from '../entities/entity-filter.ts';
import type { EntityView } from '../entities/entity-view.ts';
import { freshness } from '../entities/freshness.ts';
import { totalsOf } from '../entities/totals.ts';
import { useEntityFilter } from '../entities/useEntityFilter.ts';
import { useTerritoryEntities } from '../entities/useTerritoryEntities.ts';
import { useTerritory } from '../territory/useTerritory.ts';
import { useNow } from '../time/now.ts';

/** What the map page shows: the entities that pass the filters, the worst first, and the figures about all. */
export function useMapPage() {
  const { locale } = useI18n();
  const now = useNow();
  const { entities, loading, problem, connection, load } = useTerritoryEntities();
  const { territory, missing: territoryMissing, load: loadTerritory } = useTerritory();
  watch(connection, (now) => {
    if (now === 'live' && territoryMissing.value) loadTerritory();
  });
  const { filter, selected, isFiltered, change, select, clear } = useEntityFilter();

  const ageOf = (entity: EntityView) => freshness(entity.type, entity.observedAt, now.value);
  const all = computed(() => [...entities.value.values()]);
  const shown = computed(() => {
    const matches = entityMatcher(filter.value);
    return all.value.filter((entity) => matches(entity, ageOf(entity))).sort(byUrgency(locale.value));
  });
  const isKnown = computed(() => all.value.length > 0 || !(loading.value || problem.value));
  const totals = computed(() => (isKnown.value ? totalsOf(all.value) : undefined));
  const attention = computed(() => all.value.filter((entity) => needsAttention(entity, ageOf(entity))).length);
  const states = computed(() => statesPresent(all.value));
  const communes = computed(() => {
    const names = territory.value?.communes.map(({ name }) => name) ?? all.value.map(({ commune }) => commune);
    const unique = [...new Set(names.filter(Boolean))].sort(new Intl.Collator(locale.value).compare);
    return unique.map((name) => ({ slug: slug(name), name }));
  });
  const entity = computed(() => (selected.value === undefined ? undefined : entities.value.get(selected.value)));

  return {
    now,
    loading,
    problem,
    connection,
    load,
    territory,
    territoryMissing,
    filter,
    selected,
    isFiltered,
    change,
    select,
    clear,
    total: computed(() => all.value.length),
    shown,
    totals,
    attention,
    states,
    communes,
    entity,
  };
}
