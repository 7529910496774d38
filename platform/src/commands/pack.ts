import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildArchive, createSigningKeys, openArchive, signArchive } from '@alzette/packs/archive';
import type { Manifest, Parameters } from '@alzette/packs/contract';
import { type AskProduct, mustAnswer } from '@alzette/packs/kinds';
import { readPack, readPackFolder } from '@alzette/packs/read';
import { CONFIGURATION_KINDS } from '../territory-files/configuration-kinds.ts';
import { askByHttp } from './ask-by-http.ts';
import { type Command, readArguments, UsageError } from './command.ts';

export const WHERE = '[--url http://127.0.0.1:1026] (ALZETTE_KEY: an API key)';

/** Validates a folder. */
export const packCheck: Command = {
  usage: `alzette pack check <folder>
    validates every file of a pack's folder`,
  async run(args) {
    const [folder] = exactly(readArguments(args, {}).positionals, ['folder']);
    const { pack } = await folderAsPack(folder);
    console.log(`${pack.manifest.id} ${pack.manifest.version}`);
    for (const [kind, documents] of pack.documents) console.log(`${kind.folder}: ${documents.length}`);
    if (pack.tests.length > 0) console.log(`tests: ${pack.tests.length}, which run when it is planned or installed`);
    return 0;
  },
};

/** Tests folders in the running product. */
export const packTest: Command = {
  usage: `alzette pack test <folder>… ${WHERE}
    tests the packs of folders in the running product: its rules, its types, their own tests; nothing is installed`,
  async run(args, environment) {
    const { ask, positionals } = product(args, environment);
    if (positionals.length === 0) throw new UsageError('expected folders');
    let failed = 0;
    for (const folder of positionals) {
      const { archive, pack } = await folderAsPack(folder);
      const { id, version } = pack.manifest;
      const body = Buffer.from(archive);
      const { digest } = (await mustAnswer(ask, 'POST', '/packs/archives', { body })) as { readonly digest: string };
      const wish = { digest, parameters: examplesOf(pack.manifest) };
      const plan = await mustAnswer(ask, 'POST', `/packs/${id}/plan`, { body: wish });
      const { obstacles = [] } = plan as Planned;
      console.log(`${id} ${version}: ${obstacles.length === 0 ? `passed, tests: ${pack.tests.length}` : 'failed'}`);
      for (const obstacle of obstacles) console.log(`  ${obstacle}`);
      if (obstacles.length > 0) failed += 1;
    }
    return failed === 0 ? 0 : 1;
  },
};

/** Of the parameters that have no default. */
function examplesOf({ parameters = {} }: Pick<Manifest, 'parameters'>): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { default: value, example }]) =>
      value === undefined && example !== undefined ? [[name, example]] : [],
    ),
  );
}

/** Makes an archive. */
export const packBuild: Command = {
  usage: `alzette pack build <folder> <file.zip> [--key <secret key file>]
    makes the archive of a folder; --key signs it`,
  async run(args) {
    const { values, positionals } = readArguments(args, { key: { type: 'string' } });
    const [folder, file] = exactly(positionals, ['folder', 'file.zip']);
    const secretKey = values.key === undefined ? undefined : await readFile(values.key, 'utf8');
    const { archive } = await folderAsPack(folder, secretKey);
    await writeFile(file, archive);
    console.log(`${file}: ${archive.length} bytes, ${secretKey === undefined ? 'not signed' : 'signed'}`);
    return 0;
  },
};

/** Signs an archive. */
export const packSign: Command = {
  usage: `alzette pack sign <file.zip> --key <secret key file>
    signs an archive, such as one that was made of documents in use`,
  async run(args) {
    const { values, positionals } = readArguments(args, { key: { type: 'string' } });
    const [file] = exactly(positionals, ['file.zip']);
    if (values.key === undefined) throw new UsageError('--key: got nothing, expected the file pack.key');
    await writeFile(file, signArchive(await readFile(file), await readFile(values.key, 'utf8')));
    console.log(`${file}: signed`);
    return 0;
  },
};

/** Makes a pair of keys. */
export const packKeys: Command = {
  usage: `alzette pack keys <folder>
    writes pack.key, which signs packs and is for you alone, and pack.pub, which others put into PACK_KEYS`,
  async run(args) {
    const [folder] = exactly(readArguments(args, {}).positionals, ['folder']);
    const { publicKey, secretKey } = createSigningKeys();
    await writeFile(join(folder, 'pack.key'), secretKey, { flag: 'wx', mode: 0o600 });
    await writeFile(join(folder, 'pack.pub'), publicKey, { flag: 'wx' });
    console.log(`PACK_KEYS=${publicKey.trim().split('\n').at(-1)}`);
    return 0;
  },
};

/** Installs or upgrades a pack in the running product. */
export const packInstall: Command = {
  usage: `alzette pack install <file.zip | name[@version]> [--set name=value]… [--ours | --theirs] [--unsigned] [--dry-run] ${WHERE}
    installs or upgrades a pack, also by its name from an index or the product; --ours and --theirs decide conflicts; --dry-run only shows what would change`,
  async run(args, environment) {
    const { values, positionals } = readArguments(args, {
      url: { type: 'string', default: `http://127.0.0.1:${environment.PORT ?? 1026}` },
      set: { type: 'string', multiple: true, default: [] },
      ours: { type: 'boolean', default: false },
      theirs: { type: 'boolean', default: false },
      unsigned: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
    });
    const [given] = exactly(positionals, ['file.zip or name']);
    if (values.ours && values.theirs) throw new UsageError('--ours, --theirs: expected one of them');
    const ask = askByHttp(values.url, environment.ALZETTE_KEY);
    const { id, digest } = await found(ask, given);
    const wish = { digest, parameters: Object.fromEntries(values.set.map(parameter)) };
    const plan = (await mustAnswer(ask, 'POST', `/packs/${id}/plan`, { body: wish })) as Planned;
    const open = plan.steps.filter(({ change }) => change === 'conflict');
    const isBlocked = (plan.obstacles ?? []).length > 0;
    if (values['dry-run'] || isBlocked || (open.length > 0 && !values.ours && !values.theirs)) {
      show(plan);
      return isBlocked || open.length > 0 ? 1 : 0;
    }
    const decision = values.ours ? 'ours' : 'theirs';
    const decisions = Object.fromEntries(open.map(({ kind, id: document }) => [`${kind}/${document}`, decision]));
    const body = { ...wish, decisions, acceptsUnsigned: values.unsigned };
    show((await mustAnswer(ask, 'PUT', `/packs/${id}`, { body })) as Planned);
    return 0;
  },
};

/** An archive, or a pack by its name. */
async function found(ask: AskProduct, given: string) {
  const [id, version] = given.split('@');
  const answer = given.endsWith('.zip')
    ? await mustAnswer(ask, 'POST', '/packs/archives', { body: await readFile(given) })
    : await mustAnswer(ask, 'POST', '/packs/fetch', { body: { id, ...(version !== undefined && { version }) } });
  return answer as { readonly id: string; readonly digest: string };
}

/** Removes a pack from the running product. */
export const packRemove: Command = {
  usage: `alzette pack remove <id> ${WHERE}
    removes a pack with its documents; those that were changed here stay`,
  async run(args, environment) {
    const { ask, positionals } = product(args, environment);
    const [id] = exactly(positionals, ['id']);
    show((await mustAnswer(ask, 'DELETE', `/packs/${encodeURIComponent(id)}`)) as Planned);
    return 0;
  },
};

/** Lists the packs of the running product. */
export const packList: Command = {
  usage: `alzette pack list ${WHERE}
    lists the installed packs`,
  async run(args, environment) {
    const { ask } = product(args, environment);
    const { packs } = (await mustAnswer(ask, 'GET', '/packs')) as {
      readonly packs: readonly { id: string; version: string; trust: string; documents: readonly object[] }[];
    };
    for (const { id, version, trust, documents } of packs)
      console.log(`${id} ${version} (${trust}): ${documents.length}`);
    if (packs.length === 0) console.log('No pack is installed.');
    return 0;
  },
};

interface Planned {
  readonly steps: readonly { readonly kind: string; readonly id: string; readonly change: string }[];
  readonly obstacles?: readonly string[];
}

function show({ steps, obstacles = [] }: Planned): void {
  for (const { kind, id, change } of steps) console.log(`${change} ${kind}/${id}`);
  for (const obstacle of obstacles) console.log(obstacle);
}

export async function folderAsPack(folder: string, secretKey?: string) {
  const { manifest, files, texts } = await readPackFolder(folder);
  const archive = buildArchive(manifest, files, { texts, ...(secretKey !== undefined && { secretKey }) });
  return { archive, pack: readPack(openArchive(archive), CONFIGURATION_KINDS, []) };
}

/** `limit=0.8` → a number; `on=true` → true; anything else is a text. */
function parameter(given: string): [string, string | number | boolean] {
  const at = given.indexOf('=');
  if (at < 1) throw new UsageError(`--set: got ${given}, expected name=value`);
  const [name, text] = [given.slice(0, at), given.slice(at + 1)];
  if (text === 'true' || text === 'false') return [name, text === 'true'];
  return [name, text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text];
}

export function product(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const { values, positionals } = readArguments(args, {
    url: { type: 'string', default: `http://127.0.0.1:${environment.PORT ?? 1026}` },
  });
  const ask: AskProduct = askByHttp(values.url, environment.ALZETTE_KEY);
  return { ask, positionals };
}

export function exactly<const Names extends readonly string[]>(
  positionals: readonly string[],
  names: Names,
): { readonly [Place in keyof Names]: string } {
  if (positionals.length !== names.length) throw new UsageError(`expected ${names.join(' and ')}`);
  return positionals as unknown as { readonly [Place in keyof Names]: string };
}
