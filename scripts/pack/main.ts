import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from '../commands/command-line.ts';
import { packPackage } from './pack.ts';
import { PACKAGES } from './packages.ts';

readCommandLine({
  usage: `npm run pack

Creates tarballs in dist/ for npm install and npx. Node strips the types; nothing else is changed.`,
});
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TARGET = join(ROOT, 'dist');

await mkdir(TARGET, { recursive: true });
for (const packed of PACKAGES) {
  const { tarball, bytes, files, undeclared } = await packPackage(ROOT, packed, TARGET);
  if (undeclared.length > 0) throw new Error(`${packed.name} imports ${undeclared.join(', ')} and does not say so`);
  console.log(`${tarball}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB`);
}
