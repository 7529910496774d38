import { fetchAhead } from '../citizen/kept-answers.ts';
import { waste } from '../citizen/paths.ts';
import type { Language } from '../i18n/languages.ts';
import { emergencyPaths, sectionPath } from './section-path.ts';
import { SECTIONS } from './sections.ts';

const KEPT_UNDER = 'alzette.ahead';
const RENEW_MS = 6 * 3_600_000;

/**
 * Stores the answers of all sections for offline use, even of those that were never opened. At most every six hours,
 * and not with the browser's data saver on.
 */
export async function keepSectionsAhead(language: Language): Promise<void> {
  const last = localStorage.getItem(KEPT_UNDER)?.split(' ') ?? [];
  if (last[0] === language && Date.now() - Number(last[1]) < RENEW_MS) return;
  const { connection } = navigator as { connection?: { readonly saveData?: boolean } };
  if (!navigator.onLine || connection?.saveData) return;
  const { numbers, defibrillators } = emergencyPaths(language);
  for (const path of [
    numbers,
    defibrillators,
    waste.centres({ query: { language } }),
    ...SECTIONS.map((section) => sectionPath(section, language)),
  ]) {
    await fetchAhead(path); // one after the other, so that visible content loads first
  }
  localStorage.setItem(KEPT_UNDER, `${language} ${Date.now()}`);
}
