import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { askCitizen } from '../citizen/citizen-api.ts';
import { type CitizenState, useCitizen } from '../citizen/useCitizen.ts';
import { useNow } from '../components/useNow.ts';
import { keep, kept } from '../kept/kept.ts';
import { type Board, shownDepartures, type Timetable } from './board.ts';

const EVERY_MS = 30_000;
const DAYS = 2;
const RENEW_MS = 6 * 3_600_000;
/** So long the answer is waited for before what is kept is shown. */
const PATIENCE_MS = 2_000;

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
  const isReading = shallowRef(true);
  watch(
    () => (keeps() ? stops() : []),
    async (ids) => {
      const read = await Promise.all(ids.map(timetableOf));
      timetables.value = read.filter((timetable) => timetable !== undefined);
      isReading.value = false;
    },
    { immediate: true },
  );
  const shown = computed(() => {
    const { data, at } = asked;
    const board = data.value && at.value !== undefined ? { value: data.value, at: at.value } : undefined;
    return shownDepartures(now.value, board, timetables.value);
  });
  const isPatient = shallowRef(true);
  const patience = setTimeout(() => {
    isPatient.value = false;
  }, PATIENCE_MS);
  onScopeDispose(() => clearTimeout(patience));
  /** Both come at once: a timetable that came late would push away what stands below. */
  const state = computed<CitizenState>(() => {
    const isComing = asked.state.value === 'loading' || (isReading.value && asked.state.value !== 'idle');
    const hasSome = shown.value.departures.length > 0;
    return isComing && (isPatient.value || !hasSome)
      ? 'loading'
      : asked.state.value === 'loading'
        ? 'ready'
        : asked.state.value;
  });
  return { ...asked, state, shown, now };
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
