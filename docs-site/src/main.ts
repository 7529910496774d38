import { fileURLToPath } from 'node:url';
import { buildSite } from './build-site.ts';

/* npm run build -w docs-site: builds the documentation as HTML pages in docs-site/dist. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { pages, dead } = await buildSite(ROOT, fileURLToPath(new URL('../dist', import.meta.url)));
// A test fails on dead links. A build during an installation continues in spite of them.
for (const { source, href } of dead) console.warn(`${source}: nothing is at ${href}`);
console.log(`${pages.length} pages`);
