import { fetchIfOlder } from '../../citizen/kept-answers.ts';
import { reports } from '../../citizen/paths.ts';

/** The categories, their questions and who is responsible. */
export const CATEGORIES_PATH = reports.categories();
const RENEW_MS = 3_600_000;

/**
 * Stores what the form asks the server for, so that the first report can be written without a network. The streets
 * come with the territory, which the app stores when it starts.
 */
export function keepFormAhead(): Promise<void> {
  return fetchIfOlder(CATEGORIES_PATH, RENEW_MS);
}
