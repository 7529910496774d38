import { writeFileSync } from 'node:fs';
import { settingsPage } from '@alzette/kit/settings';
import { SETTINGS } from './config.ts';

/** The path of the page. */
export const SETTINGS_PAGE = new URL('../../docs/settings.md', import.meta.url);

const INTRODUCTION = `
# Settings

Settings are read from the environment, once, at the start. An empty value counts as missing. If settings are invalid, the
program does not start and prints one line for each of them. A standalone broker (\`npm start --workspace broker\`) has no
settings for MQTT, mail and the demo.

This page is generated from the tables in \`broker/src/settings.ts\` and \`platform/src/config.ts\` by \`npm run settings\`.
`;

export function settingsText(): string {
  return settingsPage(SETTINGS, INTRODUCTION);
}

if (import.meta.main) writeFileSync(SETTINGS_PAGE, settingsText());
