#!/usr/bin/env node
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/* Makes the folder of a service that works at once: checks of drinking fountains, under the name that was given. */

const TEMPLATE = fileURLToPath(new URL('template/', import.meta.url));
const [name = ''] = process.argv.slice(2);

if (!/^[a-z][a-z0-9]{1,40}$/.test(name)) {
  console.error(
    `npm create alzette-service <name>: got ${JSON.stringify(name)}, expected a lower-case word such as benches`,
  );
  process.exit(2);
}
const folder = resolve(`alzette-${name}`);
await cp(TEMPLATE, folder, { recursive: true, errorOnExist: true, force: false });
for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
  if (!file.isFile()) continue;
  const path = join(file.parentPath, file.name);
  const text = await readFile(path, 'utf8');
  await writeFile(path, renamed(text));
}
console.log(`${folder}

Start the product with SERVICES=${folder}, then run npm test there.
Change src/contract.js, src/service.js, migrations/ and portal/; publish it with npm publish.`);

/** Its name in the database, in paths, in policies and as a package. */
function renamed(text) {
  return text
    .replace(/(?<=\bx[_/])fountains\b/g, name)
    .replace(/@example\/alzette-fountains/g, `alzette-${name}`)
    .replace(/example-alzette-fountains/g, `alzette-${name}`)
    .replace(/fountainContract/g, `${name}Contract`);
}
