import { ask } from '@alzette/web/asking';
import { contextLink } from '../broker/context-link.ts';

/** The results of `/territory/search`: entities of every type, the best first, and their streets. */
export interface Found {
  readonly entities: readonly {
    readonly id: string;
    readonly type: readonly string[];
    readonly name: string | null;
    readonly street: string | null;
    readonly locality: string | null;
  }[];
  readonly streets: readonly {
    readonly street: string;
    readonly locality: string | null;
    readonly count: number;
    readonly at: readonly [number, number] | null;
  }[];
}

const LONGEST = 200;

/** Searches everything that the reader may see. @throws AnswerError */
export function searchTerritory(text: string, limit: number, signal: AbortSignal): Promise<Found> {
  const query = new URLSearchParams({ text: text.slice(0, LONGEST), limit: `${limit}` });
  return ask('GET', `/territory/search?${query}`, undefined, signal, contextLink());
}
