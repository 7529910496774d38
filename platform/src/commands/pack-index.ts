import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustAnswer } from '@alzette/packs/kinds';
import { archiveName, writeIndex } from '@alzette/packs/publish';
import { CONFIGURATION_KINDS } from '../territory-files/configuration-kinds.ts';
import { type Command, readArguments, UsageError } from './command.ts';
import { exactly, folderAsPack, product, WHERE } from './pack.ts';

const OPTIONS = {
  key: { type: 'string' },
  title: { type: 'string', default: 'Packs' },
  days: { type: 'string', default: '90' },
} as const;
const HOW = '--key <secret key file> [--title <text>] [--days 90]';

/** Builds the archive of a folder into a folder with an index. */
export const packPublish: Command = {
  usage: `alzette pack publish <folder> <site folder> ${HOW}
    builds and signs the archive of a pack's folder into a folder for a web server, and renews its index`,
  async run(args) {
    const { values, positionals } = readArguments(args, OPTIONS);
    const [folder, site] = exactly(positionals, ['folder', 'site folder']);
    const { secretKey, ...wish } = await wishOf(values);
    const { archive, pack } = await folderAsPack(folder, secretKey);
    const file = join(site, archiveName(pack.manifest));
    await mkdir(site, { recursive: true });
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere && !(await readFile(file)).equals(archive)) {
      throw new UsageError(`${file} is there with another content: give the pack a new version`);
    }
    await writeFile(file, archive);
    console.log(`${file}: ${archive.length} bytes`);
    return told(await writeIndex(site, { ...wish, secretKey }));
  },
};

/** Renews the index of a folder of archives. */
export const packIndex: Command = {
  usage: `alzette pack index <site folder> ${HOW}
    writes index.json and its signature for the archives in a folder; an index is valid for --days`,
  async run(args) {
    const { values, positionals } = readArguments(args, OPTIONS);
    const [site] = exactly(positionals, ['site folder']);
    return told(await writeIndex(site, await wishOf(values)));
  },
};

/** Finds packs in the indexes of the running product. */
export const packSearch: Command = {
  usage: `alzette pack search <words> ${WHERE}
    finds packs in the indexes that the site trusts`,
  async run(args, environment) {
    const { ask, positionals } = product(args, environment);
    const { indexes } = (await mustAnswer(
      ask,
      'GET',
      `/packs/indexes?q=${encodeURIComponent(positionals.join(' '))}`,
    )) as {
      readonly indexes: readonly {
        url: string;
        fault?: string;
        packs: readonly { id: string; version: string; title: { fr: string } }[];
      }[];
    };
    for (const { url, fault, packs } of indexes) {
      if (fault !== undefined) console.log(`${url}: ${fault}`);
      for (const { id, version, title } of packs) console.log(`${id} ${version}: ${title.fr} (${url})`);
    }
    return indexes.some(({ fault }) => fault !== undefined) ? 1 : 0;
  },
};

async function wishOf({ key, title, days }: { key?: string | undefined; title: string; days: string }) {
  if (key === undefined) throw new UsageError('--key: got nothing, expected the file pack.key: an index is signed');
  const whole = Number(days);
  if (!Number.isInteger(whole) || whole < 1 || whole > 3650) {
    throw new UsageError(`--days: got ${days}, expected a whole number from 1 to 3650`);
  }
  return { kinds: CONFIGURATION_KINDS, secretKey: await readFile(key, 'utf8'), title, days: whole, now: new Date() };
}

function told(count: number): number {
  console.log(`index.json: ${count} versions of packs`);
  return 0;
}
