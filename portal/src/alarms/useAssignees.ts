import { useAnswer } from '@alzette/web/asking';
import { useTerritory } from '@alzette/web/territory';
import { computed } from 'vue';
import { useOrganisationText } from '../kit/useOrganisationText.ts';
import { useSignIn } from '../sign-in/sign-in.ts';
import { alarms, workOrders } from './records.ts';

const MOST = 500;

/**
 * To whom alarms and work orders are given: the reader, the people who have some that the reader sees, the communes, and
 * the organisations that have work orders.
 *
 * @param isWanted they are requested once this is true
 */
export function useAssignees(isWanted: () => boolean = () => true) {
  const { territory } = useTerritory();
  const organisationText = useOrganisationText();
  const me = useSignIn()?.signedIn?.name;
  const request = useAnswer(
    () => (isWanted() ? ['assignees'] : undefined),
    async (signal) => {
      const query = { limit: MOST };
      const [ofAlarms, ofOrders] = await Promise.all([
        alarms.list({ query, signal }),
        workOrders.list({ query, signal }),
      ]);
      return {
        people: [...ofAlarms.alarms, ...ofOrders.workOrders].flatMap(({ assignee }) => assignee ?? []),
        organisations: ofOrders.workOrders.flatMap(({ organisation }) => organisation ?? []),
      };
    },
  );
  const people = computed(() => [...new Set([...(me ? [me] : []), ...(request.data.value?.people ?? []).toSorted()])]);
  const organisations = computed(() => {
    const communes = territory.value?.communes.map(({ scope }) => scope.replace('/', '')) ?? [];
    return [...new Set([...(request.data.value?.organisations ?? []), ...communes])]
      .map((value) => ({ value, title: organisationText(value) }))
      .toSorted((a, b) => a.title.localeCompare(b.title));
  });
  return { people, organisations };
}
