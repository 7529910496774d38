import { useNow } from '@alzette/web/time';
import { computed } from 'vue';
import { waste } from '../citizen/paths.ts';
import { useCitizen } from '../citizen/useCitizen.ts';
import { useDates } from '../components/useDates.ts';
import { useLanguage } from '../i18n/i18n.ts';
import { useAddress } from '../place/useAddress.ts';
import { collectionDays, nextDay } from './collections.ts';

const MINUTE_MS = 60_000;

/** The collections at the citizen's address. */
export function useCollections() {
  const language = useLanguage();
  const { calendarDay, hour } = useDates();
  const { address } = useAddress();
  const now = useNow(MINUTE_MS);
  const sector = computed(() => address.value?.sector);
  const asked = useCitizen(() =>
    sector.value === undefined
      ? undefined
      : waste.collections({ query: { sector: sector.value.id, language: language.value } }),
  );
  const today = computed(() => calendarDay(now.value));
  const days = computed(() => collectionDays(asked.data.value?.collections ?? [], today.value));
  const next = computed(() => nextDay(days.value, today.value, hour(now.value)));
  return { ...asked, address, sector, today, days, next };
}
