import { fileURLToPath } from 'node:url';
import { buildSite } from './build-site.ts';

/* npm run build -w docs-site: the documentation as pages, in docs-site/dist. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { pages, dead } = await buildSite(ROOT, fileURLToPath(new URL('../dist', import.meta.url)));
// A dead link is a fault that a test holds; who installs the product gets its pages nevertheless.
for (const { source, href } of dead) console.warn(`${source}: nothing is at ${href}`);
console.log(`${pages.length} pages`);
