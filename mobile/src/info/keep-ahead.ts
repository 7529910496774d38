import { fetchAhead } from '../citizen/useCitizen.ts';
import { emergencyPaths, sectionPath } from './section-path.ts';
import { SECTIONS } from './sections.ts';

const KEPT_UNDER = 'alzette.ahead';
const RENEW_MS = 6 * 3_600_000;

/**
 * Keeps what the sections tell, so that all of them are there without a network, whether they were ever opened. Once in six
 * hours, and not for those who save data.
 */
export async function keepSectionsAhead(language: string): Promise<void> {
  const last = localStorage.getItem(KEPT_UNDER)?.split(' ') ?? [];
  if (last[0] === language && Date.now() - Number(last[1]) < RENEW_MS) return;
  const { connection } = navigator as { connection?: { readonly saveData?: boolean } };
  if (!navigator.onLine || connection?.saveData) return;
  const { numbers, defibrillators } = emergencyPaths(language);
  for (const path of [numbers, defibrillators, ...SECTIONS.map((section) => sectionPath(section, language))]) {
    await fetchAhead(path); // one after the other: what is seen comes first
  }
  localStorage.setItem(KEPT_UNDER, `${language} ${Date.now()}`);
}
