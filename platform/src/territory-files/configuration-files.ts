import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConfigurationDocument, type ConfigurationKind, faultOfDocument } from '@alzette/packs/kinds';
import { TerritoryFault } from '@alzette/territory';
import { parse, stringify } from 'yaml';
import { CONFIGURATION_KINDS } from './configuration-kinds.ts';

/** Documents by kind. */
export type Configuration = ReadonlyMap<ConfigurationKind, readonly ConfigurationDocument[]>;

/**
 * The configuration in a territory's folder. A kind without a folder is absent, which means that it is not managed.
 *
 * @throws TerritoryFault: names the file
 */
export async function readConfiguration(
  folder: string,
  kinds: readonly ConfigurationKind[] = CONFIGURATION_KINDS,
): Promise<Configuration> {
  const configuration = new Map<ConfigurationKind, ConfigurationDocument[]>();
  for (const kind of kinds) {
    const names = await readdir(join(folder, kind.folder)).catch(() => undefined);
    if (names === undefined) continue;
    const files = names.filter((name) => /\.ya?ml$/.test(name)).sort();
    const documents = await Promise.all(files.map((name) => readDocument(folder, join(kind.folder, name), kind)));
    const twice = documents.find(({ id }, i) => documents.findIndex((other) => other.id === id) < i);
    if (twice) throw new TerritoryFault(`${kind.folder}: two files have the id ${twice.id}`);
    configuration.set(kind, documents);
  }
  return configuration;
}

async function readDocument(folder: string, name: string, kind: ConfigurationKind): Promise<ConfigurationDocument> {
  let document: unknown;
  try {
    document = parse(await readFile(join(folder, name), 'utf8'));
  } catch (error) {
    throw new TerritoryFault(`${name}: ${(error as Error).message}`);
  }
  const id = (document as ConfigurationDocument | null)?.id;
  if (typeof id !== 'string' || id === '') {
    throw new TerritoryFault(`${name}: id: got ${JSON.stringify(id) ?? 'nothing'}, expected a name`);
  }
  const fault = faultOfDocument(kind, document as ConfigurationDocument);
  if (fault !== undefined) throw new TerritoryFault(`${name}: ${fault}`);
  return document as ConfigurationDocument;
}

/** Writes a file for each document. Other files stay. @returns the number of files */
export async function writeConfiguration(folder: string, configuration: Configuration): Promise<number> {
  let written = 0;
  for (const [kind, documents] of configuration) {
    if (documents.length === 0) continue;
    await mkdir(join(folder, kind.folder), { recursive: true });
    for (const document of documents) {
      await writeFile(join(folder, kind.folder, `${fileNameOf(document.id)}.yaml`), stringify(document));
      written += 1;
    }
  }
  return written;
}

/** `urn:ngsi-ld:Rule:lamp-out` → `lamp-out`. */
function fileNameOf(id: string): string {
  const last = id.startsWith('urn:') ? id.slice(id.lastIndexOf(':') + 1) : id;
  return last.replaceAll(/[^\w.-]+/g, '_');
}
