import type { Setting, SettingsTable } from './read-settings.ts';

/** The documentation page of the settings: a table for each group, in the order of declaration. */
export function settingsPage(table: SettingsTable, introduction: string): string {
  const groups = Map.groupBy(Object.entries(table), ([, { group }]) => group);
  const sections = [...groups].map(([group, settings]) => {
    const rows = settings.map(([name, one]) => `| \`${name}\` | ${defaultOf(one)} | ${one.text} |`);
    return `## ${group}\n\n| name | default | what |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `${introduction.trim()}\n\n${sections.join('\n')}`;
}

function defaultOf({ fallback, shownDefault }: Setting<unknown>): string {
  if (shownDefault !== undefined) return shownDefault;
  if (fallback === undefined || (Array.isArray(fallback) && fallback.length === 0)) return '';
  return `\`${typeof fallback === 'boolean' ? (fallback ? 'on' : 'off') : fallback}\``;
}
