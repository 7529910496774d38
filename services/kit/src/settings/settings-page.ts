import type { Setting, SettingsTable } from './read-settings.ts';

/** What the page says in another language than English. */
export interface SettingsTexts {
  readonly columns: readonly string[];
  /** By the English heading. */
  readonly groups: { readonly [group: string]: string };
  /** The defaults in words, by the English ones. */
  readonly defaults: { readonly [english: string]: string };
  /** The purposes, by the name of the setting. */
  readonly settings: { readonly [name: string]: string };
}

/**
 * The documentation page of the settings: a table for each group, in the order of declaration.
 * @throws Error: a setting or group has no text in the language, or a text has no setting
 */
export function settingsPage(table: SettingsTable, introduction: string, texts?: SettingsTexts): string {
  const unknown = Object.keys(texts?.settings ?? {}).find((name) => !(name in table));
  if (unknown !== undefined) throw new Error(`${unknown} has a text, but is not a setting`);
  const [name, fallback, what] = texts?.columns ?? ['name', 'default', 'what'];
  const groups = Map.groupBy(Object.entries(table), ([, { group }]) => group);
  const sections = [...groups].map(([group, settings]) => {
    const rows = settings.map(([key, one]) => {
      const text = texts === undefined ? one.text : textOf(texts.settings, key);
      return `| \`${key}\` | ${defaultOf(one, texts)} | ${text} |`;
    });
    const heading = texts === undefined ? group : textOf(texts.groups, group);
    return `## ${heading}\n\n| ${name} | ${fallback} | ${what} |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `${introduction.trim()}\n\n${sections.join('\n')}`;
}

function textOf(texts: { readonly [key: string]: string }, key: string): string {
  const text = texts[key];
  if (text === undefined) throw new Error(`${key} has no text in the language of the page`);
  return text;
}

function defaultOf({ fallback, shownDefault }: Setting<unknown>, texts?: SettingsTexts): string {
  // A default that is only a name or value is the same in all languages.
  if (shownDefault !== undefined) {
    return texts === undefined || /^`[^`]*`$/.test(shownDefault) ? shownDefault : textOf(texts.defaults, shownDefault);
  }
  if (fallback === undefined || (Array.isArray(fallback) && fallback.length === 0)) return '';
  return `\`${typeof fallback === 'boolean' ? (fallback ? 'on' : 'off') : fallback}\``;
}
