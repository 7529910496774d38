import { useNow } from '@alzette/web/time';
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { useCitizen } from '../citizen/useCitizen.ts';
import { useAddress } from '../place/useAddress.ts';
import { type Collections, collectionDays, dayOf, nextDay } from './collections.ts';

const MINUTE_MS = 60_000;

/** The collections at the citizen's address. */
export function useCollections() {
  const { locale } = useI18n();
  const { address } = useAddress();
  const now = useNow(MINUTE_MS);
  const sector = computed(() => address.value?.sector);
  const asked = useCitizen<Collections>(() =>
    sector.value === undefined
      ? undefined
      : `/collections?sector=${encodeURIComponent(sector.value.id)}&language=${locale.value}`,
  );
  const today = computed(() => dayOf(now.value));
  const days = computed(() => collectionDays(asked.data.value?.collections ?? [], today.value));
  const next = computed(() => nextDay(days.value, today.value, new Date(now.value).getHours()));
  return { ...asked, address, sector, today, days, next };
}
