import { useTerritory } from '@alzette/web/territory';
import { useNow } from '@alzette/web/time';
import { computed, onScopeDispose, type Ref, shallowRef, watch } from 'vue';
import { slug } from '../../format/slug.ts';
import { useQueryText } from '../url/useQuery.ts';
import { parsePeriod } from './period.ts';

/** The page's default period, for an address without one. */
const usualPeriod = shallowRef('');

/** The commune and the time range of the top bar, for all pages. */
export function useScope() {
  const { territory } = useTerritory();
  const now = useNow();
  const commune = useQueryText('commune');
  const periodText = useQueryText('period');

  const communes = computed(() =>
    (territory.value?.communes ?? []).map(({ name, scope }) => ({ slug: slug(name), name, scope })).sort(byName),
  );
  const communeName = computed(() => communes.value.find((known) => known.slug === commune.value)?.name);
  const period = computed(() => parsePeriod(periodText.value || usualPeriod.value, now.value));

  return {
    /** Its slug; empty: the whole territory. */
    commune,
    communeName,
    communes,
    period,
    /** The form in the address. */
    periodText,
  };
}

/** Sets the page's default period, until the user leaves the page. */
export function useUsualPeriod(period: Ref<string | undefined>): void {
  const stop = watch(
    period,
    (text = '') => {
      usualPeriod.value = text;
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    stop();
    usualPeriod.value = '';
  });
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name.localeCompare(b.name, 'fr');
}
