import { networkOf } from '@alzette/kit/network';
import { missing, Problem, refused } from '@alzette/kit/problems';
import type { AddressLimit } from '@alzette/kit/routes';
import type { Handlers } from '@alzette/kit/serve';
import type { PollContract } from '../contract/devices.ts';
import type { PublishingParts } from '../parts.ts';
import { answerPoll, countAnswers } from '../polls/answers.ts';
import { publicItem } from './public-items.ts';

/** `/citizen/v1/polls/{id}/answers`: one answer per device and a bound per network, without an account; the results are public. */
export function pollHandlers({ db, keyed, wake }: PublishingParts, limit: AddressLimit): Handlers<PollContract> {
  return {
    async answer({ tenant, ip, params: { id }, body: { device, choice } }) {
      limit.take(ip);
      const poll = await publicItem(db, tenant, id);
      const choices = poll?.document.poll?.choices;
      if (choices === undefined) throw missing('poll', id);
      if (!choices.some((each) => each.id === choice)) {
        throw refused('choice', choice, `one of ${choices.map((each) => each.id).join(', ')}`);
      }
      const networkHash = keyed.hash('network', tenant, id, networkOf(ip));
      const isFirst = await answerPoll(db, tenant, id, { device, networkHash, choice });
      wake();
      const answers = Object.fromEntries(await countAnswers(db, tenant, id));
      if (!isFirst)
        throw new Problem(409, 'Already answered', 'This device has already answered the poll; its answer is kept');
      return { answers };
    },
  };
}
