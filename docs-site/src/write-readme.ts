import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readPageList, withPageTable } from './page-list.ts';

/* npm run pages: writes the table of pages into the README. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = new URL('../../README.md', import.meta.url);
writeFileSync(README, withPageTable(readFileSync(README, 'utf8'), readPageList(ROOT)));
