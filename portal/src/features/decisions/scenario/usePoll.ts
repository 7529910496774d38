import { useAnswer } from '@alzette/web/asking';
import { computed } from 'vue';
import { publications } from '../decisions.ts';
import { pollIdOf } from './poll.ts';

const MOST = 200;

/** The poll that was drafted from a scenario, with its answers; undefined: there is none that the reader may see. */
export function usePoll(scenario: () => string | readonly string[] | undefined) {
  const asked = useAnswer(
    () => (scenario() === undefined ? undefined : ['publishing/poll', scenario()]),
    async (signal) => {
      const id = pollIdOf(String(scenario() ?? ''));
      const { items } = await publications.list({ query: { kind: ['poll'], limit: MOST }, signal });
      return items.some((item) => item.id === id) ? await publications.one({ params: { id }, signal }) : undefined;
    },
    { showsEarlier: false },
  );
  return computed(() => asked.data.value);
}

export type Poll = NonNullable<ReturnType<typeof usePoll>['value']>;
