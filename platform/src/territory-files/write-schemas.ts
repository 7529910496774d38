import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { schemaFiles } from './configuration-schemas.ts';

/* npm run territory-schemas: the JSON Schemas of files in a territory's folder. */
const FOLDER = fileURLToPath(new URL('../../../territories/schemas/', import.meta.url));
await mkdir(FOLDER, { recursive: true });
for (const [name, text] of schemaFiles()) await writeFile(FOLDER + name, text);
