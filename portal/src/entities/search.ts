import type { FoundInTerritory } from '@alzette/broker/contract';
import { views } from '../broker/operations.ts';

/** Entities of every type, the best first, and their streets. */
export type Found = FoundInTerritory;

const LONGEST = 200;

/** Searches everything that the reader may see. @throws AnswerError */
export function searchTerritory(text: string, limit: number, signal: AbortSignal): Promise<Found> {
  return views.search({ query: { text: text.slice(0, LONGEST), limit }, signal });
}
