import { useTerritory } from '@alzette/web/territory';
import { useNow } from '@alzette/web/time';
import { computed, shallowRef, watch } from 'vue';
import type { MapFrame } from '../../entities/map-item.ts';
import { useLayers } from './layers/useLayers.ts';
import { useEntityFilter } from './list/useEntityFilter.ts';
import { facetsOf } from './view/facets.ts';
import { useMapContents } from './view/useMapContents.ts';
import { useMapList } from './view/useMapList.ts';
import { useSelected } from './view/useSelected.ts';

/**
 * The state of the map page: the visible entities, the list, the totals, and the open entity.
 *
 * @param isPlaced the address contains the map's position
 */
export function useMapPage({ isPlaced }: { readonly isPlaced: boolean }) {
  const now = useNow();
  const { territory, isMissing: territoryMissing, load: loadTerritory } = useTerritory();
  const { filter, selected, isFiltered, change, select, clear } = useEntityFilter();
  const { layers, made, save, remove } = useLayers();
  const frame = shallowRef<MapFrame>();
  const shown = useMapContents({ layers, filter, territory, frame, isPlaced });
  const list = useMapList({ layers, filter, territory, changed: shown.changed });
  const { entity, isMissing } = useSelected(selected, shown.changed);
  watch(shown.connection, (state) => {
    if (state === 'live' && territoryMissing.value) loadTerritory();
  });

  return {
    ...shown,
    now,
    territory,
    territoryMissing,
    filter,
    selected,
    isFiltered,
    change,
    select,
    clear,
    layers,
    made,
    saveLayer: save,
    removeLayer: remove,
    frame,
    list,
    entity,
    isMissing,
    facets: computed(() => shown.totals.value && facetsOf(shown.totals.value, filter.value, shown.typesKnown.value)),
  };
}
