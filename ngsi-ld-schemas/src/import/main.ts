import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { importModel } from './import-model.ts';
import { openLibrary } from './library.ts';
import { readSources } from './source.ts';
import { writePackage } from './write-package.ts';

const USAGE = `npm run schemas -- import <folder, schema.json or URL> [--library <folder>]… [--out <folder>]

  --library  where the documents that schemas refer to are found; the folder imported is one already
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
  if (command !== 'import' || place === undefined) {
    console.error(USAGE);
    return 2;
  }
  const parents = existsSync(place) ? [place, `${place}/..`, `${place}/../..`] : [];
  const library = openLibrary([...values.library, ...parents]);
  let failures = 0;
  for (const source of await readSources(place)) {
    try {
      const { model, defects } = importModel(source, library);
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

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
