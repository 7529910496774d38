import { computed, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { askCitizen } from '../citizen/citizen-api.ts';
import { useCitizen } from '../citizen/useCitizen.ts';
import { useNow } from '../components/useNow.ts';
import { keep, kept } from '../kept/kept.ts';
import { type Board, shownDepartures, type Timetable } from './board.ts';

const EVERY_MS = 30_000;
const DAYS = 2;
const RENEW_MS = 6 * 3_600_000;

/**
 * What leaves from stops: as the server tells it every half minute, else by their timetable. Those of favourites are kept
 * on the device.
 */
export function useBoard(stops: () => readonly string[], { keeps }: { readonly keeps: () => boolean }) {
  const { locale } = useI18n();
  const now = useNow(5_000);
  const asked = useCitizen<Board>(
    () => {
      const ids = stops();
      if (ids.length === 0) return undefined;
      return `/departures?stop=${ids.map(encodeURIComponent).join()}&limit=60&language=${locale.value}`;
    },
    { everyMs: EVERY_MS },
  );
  const timetables = shallowRef<readonly Timetable[]>([]);
  watch(
    () => (keeps() ? stops() : []),
    async (ids) => {
      const read = await Promise.all(ids.map(timetableOf));
      timetables.value = read.filter((timetable) => timetable !== undefined);
    },
    { immediate: true },
  );
  const shown = computed(() => {
    const { data, at } = asked;
    const board = data.value && at.value !== undefined ? { value: data.value, at: at.value } : undefined;
    return shownDepartures(now.value, board, timetables.value);
  });
  return { ...asked, shown, now };
}

/** The timetable of a stop: as kept, once in six hours anew. Undefined: none was kept, and there is no network. */
async function timetableOf(stop: string): Promise<Timetable | undefined> {
  const name = `timetable/${encodeURIComponent(stop)}`;
  const last = await kept<Timetable>(name);
  if (last !== undefined && Date.now() - last.at < RENEW_MS) return last.value;
  try {
    const timetable = await askCitizen<Timetable>(`/timetable?stop=${encodeURIComponent(stop)}&days=${DAYS}`);
    await keep(name, timetable);
    return timetable;
  } catch {
    return last?.value;
  }
}
