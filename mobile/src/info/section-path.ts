import { communeQuery } from '../settings/preferences.ts';
import type { Section } from './sections.ts';

/** The path that a section's page requests and stores. */
export function sectionPath(section: Section, language: string): string {
  return `/${section}?language=${language}&limit=100${communeQuery()}`;
}

export function emergencyPaths(language: string): { readonly numbers: string; readonly defibrillators: string } {
  return {
    numbers: `/emergency-numbers?language=${language}`,
    defibrillators: `/defibrillators?language=${language}${communeQuery()}`,
  };
}
