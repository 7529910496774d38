import type { HandoverContract } from '@alzette/alarms/contract';
import { HANDOVER } from '@alzette/alarms/paths';
import { useAct, useAnswer } from '@alzette/web/asking';
import { computed } from 'vue';
import { service } from '../../broker/service.ts';
import { useAccess } from '../../sign-in/access.ts';
import { useSignIn } from '../../sign-in/sign-in.ts';

export const handovers = service<HandoverContract>(HANDOVER);

/** What counts as new for who has not begun a shift. */
const USUAL_MS = 12 * 3_600_000;
const EVERY_MS = 60_000;

/** The reader's shift and what the one before left, as the server keeps them. Strangers have none. */
export function useShift() {
  const { may } = useAccess();
  const hasShift = may('account');
  const signed = useSignIn()?.signedIn?.name;
  const opened = Date.now();
  const request = useAnswer(
    () => (hasShift ? ['alarms/handover'] : undefined),
    (signal) => handovers.read({ signal }),
    { everyMs: EVERY_MS },
  );
  const { act: begin, isBusy } = useAct(() => handovers.begin({ body: { ...(signed && { signed }) } }), request.reload);

  return {
    request,
    hasShift,
    signed,
    /** When it began, in milliseconds since the epoch; undefined: it is not known yet, or none has begun. */
    began: computed(() => {
      const began = request.data.value?.since;
      return began === undefined ? undefined : Date.parse(began);
    }),
    /** Later events are new. Undefined: not known yet. */
    since: computed(() => {
      if (!hasShift) return opened - USUAL_MS;
      const answer = request.data.value;
      if (answer === undefined) return undefined;
      return answer.since === undefined ? opened - USUAL_MS : Date.parse(answer.since);
    }),
    /** Starts a shift: everything so far counts as known, and the notes of others as taken over. */
    begin,
    isBusy,
  };
}

export type Shift = ReturnType<typeof useShift>;
