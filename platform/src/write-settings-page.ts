import { readFileSync, writeFileSync } from 'node:fs';
import { type SettingsTexts, settingsPage } from '@alzette/kit/settings';
import { SETTINGS } from './config.ts';

/** The page in English, and in French from the sentences beside it. */
export const SETTINGS_PAGES = {
  en: new URL('../../docs/settings.md', import.meta.url),
  fr: new URL('../../docs/fr/settings.md', import.meta.url),
};
const FRENCH_TEXTS = new URL('../../docs/fr/settings.json', import.meta.url);

const INTRODUCTION = `
# Settings

Settings are read from the environment, once, at the start. An empty value counts as missing. If settings are invalid, the
program does not start and prints one line for each of them. A standalone broker (\`npm start --workspace broker\`) has no
settings for MQTT, mail and the demo.

This page is generated from the tables in \`broker/src/settings.ts\` and \`platform/src/config.ts\` by \`npm run settings\`,
with the French sentences of \`docs/fr/settings.json\`.
`;

export function settingsText(language: keyof typeof SETTINGS_PAGES): string {
  if (language === 'en') return settingsPage(SETTINGS, INTRODUCTION);
  const { introduction, ...texts } = JSON.parse(readFileSync(FRENCH_TEXTS, 'utf8')) as SettingsTexts & {
    introduction: string;
  };
  return settingsPage(SETTINGS, introduction, texts);
}

if (import.meta.main) {
  for (const language of ['en', 'fr'] as const) writeFileSync(SETTINGS_PAGES[language], settingsText(language));
}
