import type { AnswerPath } from '@alzette/kit/client';
import { type CachedAnswer, cacheAnswer, cachedAnswer } from '../answer-cache/answer-cache.ts';
import { storedName } from '../answer-cache/stored-answers.ts';
import { askCitizen } from './citizen-api.ts';

/** The stored answer of a path, without a request. */
export async function keptAnswer<T>(path: AnswerPath<T>): Promise<T | undefined> {
  return (await cached<T>(path))?.value;
}

/** Requests a path and stores the answer, for a page that is not open yet. Without a network it does nothing. */
export async function fetchAhead(path: AnswerPath<unknown>): Promise<void> {
  await askCitizen(path).then(
    (answer) => cacheAnswer(nameOf(path), answer),
    () => undefined,
  );
}

/** The same, if the stored answer is older than this, or there is none. */
export async function fetchIfOlder(path: AnswerPath<unknown>, olderMs: number): Promise<void> {
  const kept = await cached(path);
  if (kept === undefined || Date.now() - kept.at > olderMs) await fetchAhead(path);
}

const cached = <T>(path: string): Promise<CachedAnswer<T> | undefined> => cachedAnswer<T>(nameOf(path));
const nameOf = (path: string) => storedName(['citizen', path]);
