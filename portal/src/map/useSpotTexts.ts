import { useNow } from '@alzette/web/time';
import { useI18n } from 'vue-i18n';
import { useAttributeTexts } from '../entities/useAttributeTexts.ts';
import { formatAge } from '../format/age.ts';
import { donutOf, donutOfHeap } from './donut.ts';
import { countOf, type MapSpot } from './map-spot.ts';

/** The names and descriptions of the map's spots. */
export function useSpotTexts() {
  const { t, locale } = useI18n();
  const { stateText } = useAttributeTexts();
  const now = useNow();

  function nameOf(spot: MapSpot): string {
    const [only, second] = spot.items;
    return only && !second ? only.name : t('cartography.count', countOf(spot));
  }

  /** For one entity its state and the age of it; for several the worst state. */
  function detailOf({ heap, items }: MapSpot): string {
    const [only, second] = items;
    if (only && !second) {
      const { state, observedAt } = only;
      const age = observedAt === undefined ? t('freshness.never') : formatAge(now.value - observedAt, locale.value);
      return `${stateText(state)} · ${age}`;
    }
    const { worst, worstCount } = heap ? donutOfHeap(heap) : donutOf(items);
    return t(`severity.${worst}`, worstCount);
  }

  return { nameOf, detailOf };
}
