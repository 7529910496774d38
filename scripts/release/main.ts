import { fileURLToPath } from 'node:url';
import { release } from './release.ts';

/* npm run release -- 1.2.3: see release.ts. Sign the tag and SHA256SUMS, then push and publish them. */
const [version = ''] = process.argv.slice(2);
for (const file of await release(fileURLToPath(new URL('../..', import.meta.url)), version)) console.log(file);
