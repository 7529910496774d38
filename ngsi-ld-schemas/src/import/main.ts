import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundledContexts } from '../contexts.ts';
import { conflictReport } from '../models/conflicts.ts';
import { withDocuments } from './fetch-references.ts';
import { importModel } from './import-model.ts';
import { openLibrary } from './library.ts';
import { readSources } from './source.ts';
import { AGGREGATE_PATH, modelConflicts, writeContexts } from './write-contexts.ts';
import { writePackage } from './write-package.ts';

const CONTEXTS = fileURLToPath(new URL('../../contexts', import.meta.url));

const USAGE = `npm run schemas -- import <folder, schema.json or URL> [--library <folder>]… [--out <folder>]
npm run schemas -- contexts     writes the @contexts of our models; a published version never changes
npm run schemas -- conflicts    writes docs/context-conflicts.md, and prints how many terms mean several things

  --library  where the documents that schemas refer to are found; the folder imported is one already;
             of a model named by a URL the rest is fetched
  --out      where the models go (default: ngsi-ld-schemas/dist/imported)`;

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      library: { type: 'string', multiple: true, default: [] },
      out: { type: 'string', default: 'ngsi-ld-schemas/dist/imported' },
    },
  });
  const [command, place] = positionals;
  if (command === 'contexts') return writeOwnContexts();
  if (command === 'conflicts') return writeConflicts();
  if (command !== 'import' || place === undefined) {
    console.error(USAGE);
    return 2;
  }
  const parents = existsSync(place) ? [place, `${place}/..`, `${place}/../..`] : [];
  const library = openLibrary([...values.library, ...parents]);
  let failures = 0;
  for (const source of await readSources(place, library)) {
    try {
      const { model, defects } = importModel(source, withDocuments(source.documents ?? new Map(), library));
      const written = writePackage(model, values.out);
      console.log(
        `${model.subject}/${model.type} ${model.version}: ${Object.keys(model.attributes).length} attributes → ${written}`,
      );
      for (const defect of defects) console.log(`  defect: ${defect}`);
    } catch (error) {
      failures += 1;
      console.error(`${source.subject}/${source.type ?? ''}: ${(error as Error).message}`);
    }
  }
  return failures > 0 ? 1 : 0;
}

function writeOwnContexts(): number {
  for (const file of writeContexts(CONTEXTS)) console.log(file);
  return 0;
}

function writeConflicts(): number {
  const conflicts = modelConflicts();
  const aggregate = bundledContexts.get(`/contexts/${AGGREGATE_PATH}`)?.['@context'] as Record<string, string>;
  writeFileSync('docs/context-conflicts.md', conflictReport(conflicts, aggregate));
  console.log(`${Object.keys(conflicts).length} terms mean several things: docs/context-conflicts.md`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
