import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from '../commands/command-line.ts';
import { findProgram } from '../programs.ts';
import { packForDebian } from './debian.ts';
import { packPackage } from './pack.ts';
import { PACKAGES } from './packages.ts';

readCommandLine({
  usage: `npm run pack

Creates in dist/ tarballs for npm install and npx, and where there is dpkg-deb, Debian packages. Node strips the types;
nothing else is changed.`,
});
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TARGET = join(ROOT, 'dist');

await mkdir(TARGET, { recursive: true });
for (const packed of PACKAGES) {
  const { tarball, bytes, files, undeclared } = await packPackage(ROOT, packed, TARGET);
  if (undeclared.length > 0) throw new Error(`${packed.name} imports ${undeclared.join(', ')} and does not say so`);
  console.log(`${tarball}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB`);
}
if (findProgram('dpkg-deb') === undefined) console.log('No Debian packages: dpkg-deb is not installed.');
else {
  const packed = { product: join(TARGET, 'alzette'), demo: join(TARGET, 'alzette-demo') };
  for (const file of await packForDebian(ROOT, packed, TARGET)) console.log(file);
}
