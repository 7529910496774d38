import { computed, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { useBroker } from '../../broker/broker.ts';
import type { EntityView } from '../../entities/entity-view.ts';
import { freshness } from '../../entities/freshness.ts';
import { provideTerritoryEntities } from '../../entities/useTerritoryEntities.ts';
import { useTerritory } from '../../territory/useTerritory.ts';
import { useNow } from '../../time/now.ts';
import { byUrgency, entityMatcher, needsAttention, statesPresent } from './list/entity-filter.ts';
import { totalsOf } from './list/totals.ts';
import { useEntityFilter } from './list/useEntityFilter.ts';

/** What the map page shows: the entities that pass the filters, the worst first, and the figures about all. */
export function useMapPage() {
  const { locale } = useI18n();
  const now = useNow();
  const { entities, loading, problem, answeredAt, connection, load } = provideTerritoryEntities(useBroker());
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
  const entity = computed(() => (selected.value === undefined ? undefined : entities.value.get(selected.value)));

  return {
    now,
    loading,
    problem,
    answeredAt,
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
    entity,
  };
}
