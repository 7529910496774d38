import { communeQuery } from '../settings/preferences.ts';
import type { Section } from './sections.ts';

/** What a section's page asks, and what is kept of it. */
export function sectionPath(section: Section, language: string): string {
  return `/${section}?language=${language}&limit=100${communeQuery()}`;
}

export function emergencyPaths(language: string): { readonly numbers: string; readonly defibrillators: string } {
  return {
    numbers: `/emergency-numbers?language=${language}`,
    defibrillators: `/defibrillators?language=${language}${communeQuery()}`,
  };
}
