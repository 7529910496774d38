import { useNow } from '@alzette/web/time';
import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import { cacheAnswer, cachedAnswer } from '../answer-cache/answer-cache.ts';
import { askCitizen } from '../citizen/citizen-api.ts';
import { mobility } from '../citizen/paths.ts';
import { type CitizenState, useCitizen } from '../citizen/useCitizen.ts';
import { useLanguage } from '../i18n/i18n.ts';
import { shownDepartures, type Timetable } from './board.ts';

const EVERY_MS = 30_000;
const DAYS = 2;
const RENEW_MS = 6 * 3_600_000;
/** How long to wait for the answer before showing stored data. */
const PATIENCE_MS = 2_000;

/**
 * The departures from stops: from the server every half minute, or from their timetable. The device stores the
 * timetables of favourites, and asks for that of another stop when no departure is near, as at night.
 */
export function useBoard(stops: () => readonly string[], { keeps }: { readonly keeps: () => boolean }) {
  const language = useLanguage();
  const now = useNow(5_000);
  const asked = useCitizen(
    () => {
      const ids = stops();
      if (ids.length === 0) return undefined;
      return mobility.departures({ query: { stop: ids, limit: 60, language: language.value } });
    },
    { everyMs: EVERY_MS },
  );
  const timetables = shallowRef<readonly Timetable[]>([]);
  const isReading = shallowRef(true);
  const isQuiet = computed(() => asked.state.value === 'ready' && asked.data.value?.departures.length === 0);
  watch(
    () => (keeps() || isQuiet.value ? stops() : []),
    async (ids) => {
      isReading.value = true;
      const read = await Promise.all(ids.map(timetableOf));
      timetables.value = read.filter((timetable) => timetable !== undefined);
      isReading.value = false;
    },
    { immediate: true, flush: 'sync' }, // before a board without departures is shown
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
  /** Both appear at the same time, so that a late timetable causes no layout shift. */
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

/**
 * The timetable of a stop: from the device, renewed every six hours. Undefined: none is stored, and there is no
 * network.
 */
async function timetableOf(stop: string): Promise<Timetable | undefined> {
  const name = `timetable/${encodeURIComponent(stop)}`;
  const last = await cachedAnswer<Timetable>(name);
  if (last !== undefined && Date.now() - last.at < RENEW_MS) return last.value;
  try {
    const timetable = await askCitizen(mobility.timetable({ query: { stop: [stop], days: DAYS } }));
    await cacheAnswer(name, timetable);
    return timetable;
  } catch {
    return last?.value;
  }
}
