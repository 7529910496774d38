import { reading } from '../citizen/paths.ts';
import type { Language } from '../i18n/languages.ts';
import { chosenCommunes } from '../settings/preferences.ts';
import type { Section } from './sections.ts';

/** The path that a section's page requests and stores. */
export function sectionPath(section: Section, language: Language) {
  return reading[section]({ query: { language, limit: 100, commune: chosenCommunes() } });
}

export function emergencyPaths(language: Language) {
  return {
    numbers: reading.emergencyNumbers({ query: { language } }),
    defibrillators: reading.defibrillators({ query: { language, commune: chosenCommunes() } }),
  };
}
