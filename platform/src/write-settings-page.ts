import { writeFileSync } from 'node:fs';
import { settingsPage } from '@alzette/kit/settings';
import { SETTINGS } from './config.ts';

/** Where the page lies. */
export const SETTINGS_PAGE = new URL('../../docs/settings.md', import.meta.url);

const INTRODUCTION = `
# Settings

Read from the environment, once; an empty one counts as none. All that is wrong is told at the start, a line each. A broker
that runs alone (\`npm start --workspace broker\`) reads those that are not of MQTT, mail or the demo.

This page is made from the tables in \`broker/src/settings.ts\` and \`platform/src/config.ts\` by \`npm run settings\`.
`;

export function settingsText(): string {
  return settingsPage(SETTINGS, INTRODUCTION);
}

if (import.meta.main) writeFileSync(SETTINGS_PAGE, settingsText());
