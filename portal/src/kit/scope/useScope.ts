import { computed } from 'vue';
import { slug } from '../../format/slug.ts';
import { useTerritory } from '../../territory/useTerritory.ts';
import { useNow } from '../../time/now.ts';
import { useQueryText } from '../url/useQuery.ts';
import { parsePeriod } from './period.ts';

/** The commune and the time range that the top bar sets for all pages. */
export function useScope() {
  const { territory } = useTerritory();
  const now = useNow();
  const commune = useQueryText('commune');
  const periodText = useQueryText('period');

  const communes = computed(() =>
    (territory.value?.communes ?? []).map(({ name, scope }) => ({ slug: slug(name), name, scope })).sort(byName),
  );
  const communeName = computed(() => communes.value.find((known) => known.slug === commune.value)?.name);
  const period = computed(() => parsePeriod(periodText.value, now.value));

  return {
    /** Its slug; empty: the whole territory. */
    commune,
    communeName,
    communes,
    period,
    /** As it stands in the address. */
    periodText,
  };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name.localeCompare(b.name, 'fr');
}
