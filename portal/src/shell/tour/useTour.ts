import { computed, shallowRef } from 'vue';
import { useAccess } from '../../sign-in/access.ts';
import { useSignIn } from '../../sign-in/sign-in.ts';
import { store, stored } from '../../stored.ts';
import { type Tour, tourOf } from './tours.ts';

const running = shallowRef<Tour>();
const ended = shallowRef<string>();

/** The tour that runs, and the one that is offered to who has not seen that of their role. Kept in this browser for each person. */
export function useTour() {
  const { roles } = useAccess();
  const person = useSignIn()?.signedIn?.name;
  const key = `alzette.tour.${person ?? ''}`;
  ended.value ??= stored(key) ?? '';
  const own = person === undefined ? undefined : tourOf(roles);
  return {
    running,
    offered: computed(() =>
      own !== undefined && running.value === undefined && ended.value !== own ? own : undefined,
    ),
    start(name: Tour): void {
      running.value = name;
    },
    /** It was seen to its end, or is not wanted. */
    end(): void {
      running.value = undefined;
      if (own === undefined) return;
      ended.value = own;
      store(key, own);
    },
  };
}
