import type { AnswerOptions } from '@alzette/web/asking';
import { cacheAnswer, cachedAnswer } from './answer-cache.ts';

/** The name under which the answer for a key is stored. */
export const storedName = (key: readonly unknown[]) => key.map((part) => encodeURIComponent(String(part))).join('/');

/**
 * Stores each answer in the browser's cache, and shows the stored one until the first request is answered: the app
 * works without a network.
 */
export const storedAnswers: AnswerOptions['persister'] = async (request, context, query) => {
  const name = storedName(query.queryKey);
  const restored = query.state.data === undefined ? restore() : undefined;
  try {
    const answer = await request(context);
    void cacheAnswer(name, answer.value);
    return answer;
  } catch (cause) {
    await restored; // so that the failure is what the page shows last
    throw cause;
  }

  async function restore(): Promise<void> {
    const last = await cachedAnswer<unknown>(name);
    if (last === undefined || query.state.data !== undefined) return;
    query.setData({ value: last.value }, { updatedAt: last.at, manual: true });
  }
};
