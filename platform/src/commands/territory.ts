import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deleteDocument, faultOf, putDocument } from '@alzette/packs/kinds';
import { drawTerritory, readPlan, readTerritory, TerritoryFault } from '@alzette/territory';
import { TERRITORY_FILE_SCHEMAS } from '@alzette/territory/file-schemas';
import { runningConfiguration } from '../territory-files/configuration-client.ts';
import { differenceLines, differencesOf } from '../territory-files/configuration-difference.ts';
import { readConfiguration, writeConfiguration } from '../territory-files/configuration-files.ts';
import { kindsOf } from '../territory-files/configuration-kinds.ts';
import { applyTerritory, compareTerritory, exportTerritory } from '../territory-files/own-territory.ts';
import { territoryFromBoundaries } from '../territory-files/territory-from-boundaries.ts';
import { askByHttp } from './ask-by-http.ts';
import { type Command, readArguments, UsageError } from './command.ts';

const WHERE = '[--tenant <name>] [--url http://127.0.0.1:1026] (ALZETTE_KEY: an API key)';

/** Creates a folder from published boundaries. */
export const territoryInit: Command = {
  usage: `alzette territory init <folder> --name <name> --boundaries <file.geojson> [--commune-name nom]
    [--only property=value] [--department property] [--time-zone Europe/Paris] [--country FR] [--notice <source>]
    creates a territory's folder from published boundaries, one feature for each commune`,
  async run(args) {
    const { values, positionals } = readArguments(args, {
      name: { type: 'string' },
      boundaries: { type: 'string' },
      'commune-name': { type: 'string', default: 'name' },
      only: { type: 'string' },
      department: { type: 'string' },
      'time-zone': { type: 'string', default: 'Europe/Paris' },
      country: { type: 'string', default: 'FR' },
      notice: { type: 'string', default: '' },
    });
    const folder = oneFolder(positionals);
    const { name, boundaries } = values;
    if (name === undefined) throw new UsageError('--name: expected the name of the territory');
    if (boundaries === undefined) throw new UsageError('--boundaries: expected a file of GeoJSON');
    const files = territoryFromBoundaries(await readFile(boundaries, 'utf8'), {
      name,
      communeName: values['commune-name'],
      only: values.only,
      department: values.department,
      timeZone: values['time-zone'],
      country: values.country,
      notice: values.notice,
    });
    await mkdir(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text, { flag: 'wx' });
    console.log(`${folder}: ${readTerritory(folder).communes.length} communes. Start it with TERRITORY=${folder}`);
    return 0;
  },
};

/** Reads and validates every file. */
export const territoryCheck: Command = {
  usage: `alzette territory check <folder>
    validates every file of a territory's folder`,
  async run(args) {
    const folder = oneFolder(readArguments(args, {}).positionals);
    const { name, communes, streets } = readTerritory(folder);
    for (const file of ['boundaries', 'streets']) await checkGeoJson(folder, file);
    const configuration = await readConfiguration(folder);
    console.log(`${name}: ${communes.length} communes, ${streets.features.length} streets`);
    for (const [kind, documents] of configuration) console.log(`${kind.folder}: ${documents.length}`);
    return 0;
  },
};

/** @throws TerritoryFault: a file does not follow its JSON Schema */
async function checkGeoJson(folder: string, name: string): Promise<void> {
  const text = await readFile(join(folder, `${name}.geojson`), 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const fault = faultOf(TERRITORY_FILE_SCHEMAS[name] ?? {}, JSON.parse(text));
  if (fault !== undefined) throw new TerritoryFault(`${name}.geojson: ${fault}`);
}

/** Draws schematic boundaries and streets. */
export const territoryDraw: Command = {
  usage: `alzette territory draw <folder>
    draws boundaries.geojson and streets.geojson from plan.yaml`,
  async run(args) {
    const folder = oneFolder(readArguments(args, {}).positionals);
    const drawn = drawTerritory(readPlan(folder));
    await writeFile(join(folder, 'boundaries.geojson'), linesOf(drawn.boundaries));
    await writeFile(join(folder, 'streets.geojson'), linesOf(drawn.streets));
    return 0;
  },
};

/** Compares the files with the running product. */
export const territoryDiff: Command = {
  usage: `alzette territory diff <folder> ${WHERE}
    shows differences between rules, policies, profiles … of the folder and the running product; of another
    tenant than the default one also its territory; exits with 1 if there are any`,
  async run(args, environment) {
    const { folder, ask, tenant } = folderAndProduct(args, environment);
    const files = await readConfiguration(folder, kindsOf(tenant));
    const differences = differencesOf(files, await runningConfiguration(ask, files.keys()));
    const territory = tenant === undefined ? 'same' : await compareTerritory(ask, folder);
    if (territory !== 'same') console.log(`territory: ${territory}`);
    for (const line of differenceLines(differences)) console.log(line);
    const isSame = differences.length === 0 && territory === 'same';
    if (isSame) console.log('The folder and the running product are identical.');
    return isSame ? 0 : 1;
  },
};

/** Changes the running product to match the files. */
export const territoryApply: Command = {
  usage: `alzette territory apply <folder> [--prune] ${WHERE}
    applies the folder to the running product, with the territory of another tenant than the default one, which is
    founded if it is new; --prune also deletes what the folder lacks, of the kinds it contains`,
  async run(args, environment) {
    const { folder, ask, tenant, values } = folderAndProduct(args, environment, {
      prune: { type: 'boolean', default: false },
    });
    const files = await readConfiguration(folder, kindsOf(tenant));
    if (tenant !== undefined) console.log(`territory: was ${await applyTerritory(ask, tenant, folder)}`);
    const differences = differencesOf(files, await runningConfiguration(ask, files.keys()));
    for (const { kind, id, change } of differences) {
      const document = files.get(kind)?.find((each) => each.id === id);
      if (change !== 'extra' && document !== undefined) await putDocument(ask, kind, document);
    }
    const extra = differences.filter(({ change }) => change === 'extra');
    if (values.prune) for (const { kind, id } of extra.toReversed()) await deleteDocument(ask, kind, id);
    const done = values.prune ? differences : differences.filter(({ change }) => change !== 'extra');
    for (const line of differenceLines(done)) console.log(line);
    console.log(`${done.length} changed.`);
    return 0;
  },
};

/** Writes files of the running product's configuration. */
export const territoryExport: Command = {
  usage: `alzette territory export <folder> ${WHERE}
    writes rules, policies, profiles … of the running product into the folder; of another tenant than the default one
    also its territory`,
  async run(args, environment) {
    const { folder, ask, tenant } = folderAndProduct(args, environment);
    const own = tenant === undefined ? 0 : await exportTerritory(ask, folder);
    const written = await writeConfiguration(folder, await runningConfiguration(ask, kindsOf(tenant)));
    console.log(`${own + written} files in ${folder}`);
    return 0;
  },
};

function folderAndProduct<Options extends { prune?: { type: 'boolean'; default: boolean } }>(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  options?: Options,
) {
  const { values, positionals } = readArguments(args, {
    url: { type: 'string', default: `http://127.0.0.1:${environment.PORT ?? 1026}` },
    tenant: { type: 'string' },
    ...options,
  });
  const tenant = values.tenant === undefined ? undefined : String(values.tenant);
  return {
    folder: oneFolder(positionals),
    tenant,
    ask: askByHttp(String(values.url), environment.ALZETTE_KEY, tenant),
    values: values as { prune?: boolean },
  };
}

function oneFolder(positionals: readonly string[]): string {
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new UsageError('folder: expected one');
  return folder;
}

/** GeoJSON with one feature per line, so that versions can be compared. */
function linesOf(collection: object): string {
  const { features } = collection as { features: readonly object[] };
  return `{"type":"FeatureCollection","features":[\n${features.map((each) => JSON.stringify(each)).join(',\n')}\n]}\n`;
}
