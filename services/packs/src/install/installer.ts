import type { Compute } from '@alzette/kit/compute';
import type { Database } from '@alzette/kit/database';
import { conflict, missing, Problem, refused } from '@alzette/kit/problems';
import { compare } from 'semver';
import { type OpenedPack, PackFault } from '../archive/archive.ts';
import { OPEN_ARCHIVE } from '../archive/open-task.ts';
import type { Parameters, SealedManifest } from '../contract/manifest.ts';
import {
  type AskProduct,
  type ConfigurationDocument,
  type ConfigurationKind,
  listDocuments,
} from '../documents/kinds.ts';
import { parameterValues, withParameters } from '../documents/parameters.ts';
import {
  findArchive,
  forgetInstalled,
  type InstalledPack,
  installedPacks,
  keepInstalled,
  type PackObject,
  packObjects,
} from '../store/pack-rows.ts';
import { applySteps, takeBackInterrupted } from './apply.ts';
import { failureOf } from './pack-tests.ts';
import { type Decision, planSteps, type Step } from './plan.ts';
import { checkDocuments, missingNeeds, type ReadPack, readPack } from './read-pack.ts';

export interface InstallerParts {
  readonly db: Database;
  readonly compute: Compute;
  /** In the order of application: what others refer to comes first. */
  readonly kinds: readonly ConfigurationKind[];
  /** Minisign public keys. */
  readonly keys: readonly string[];
  /** The version of the product. */
  readonly version: string;
  /** The packs that come with the product, by digest. */
  readonly shipped: ReadonlyMap<string, ReadPack>;
}

/** Who installs what, and what they decided. */
export interface Wish {
  readonly tenant: string;
  /** Of its territory. */
  readonly timeZone: string;
  readonly ask: AskProduct;
  readonly id: string;
  readonly digest: string;
  readonly parameters?: Parameters | undefined;
  readonly decisions?: { readonly [document: string]: Decision } | undefined;
}

interface Plan {
  readonly pack: ReadPack;
  readonly steps: readonly Step[];
  readonly values: Parameters;
  /** Why it can't be installed. */
  readonly obstacles: readonly string[];
}

/** Opens an archive in a thread. @throws Problem 400: what is wrong with it */
export async function openPack(
  { compute, kinds, keys }: Pick<InstallerParts, 'compute' | 'kinds' | 'keys'>,
  archive: Buffer,
  tenant: string,
): Promise<ReadPack> {
  const answer = await compute.run(OPEN_ARCHIVE, new Uint8Array(archive), { tenant });
  if ('fault' in answer) throw faultProblem(answer.fault);
  return asProblem(() => readPack(answer.opened as OpenedPack, kinds, keys));
}

/** What an installation would do; its documents are checked and its tests run. @throws Problem 400, 404 */
export async function planOf(parts: InstallerParts, wish: Wish): Promise<Plan> {
  const { db } = parts;
  const { tenant, ask, id, digest } = wish;
  const pack = await findPack(parts, tenant, digest);
  if (pack.manifest.id !== id) throw refused('digest', digest, `an archive of the pack ${id}, not ${pack.manifest.id}`);
  const [installed, objects] = [await installedPacks(db, tenant), await packObjects(db, tenant)];
  const known = installed.find((each) => each.id === id);
  const [values, theirs] = asProblem(() => {
    const filled = parameterValues(pack.manifest, { ...ownParameters(known, pack.manifest), ...wish.parameters });
    const documents = new Map(
      [...pack.documents].map(([kind, all]) => [kind, all.map((each) => withParameters(each, filled))]),
    );
    checkDocuments(documents);
    return [filled, documents] as const;
  });
  const here = await documentsHere(parts, ask, id, theirs, objects);
  const steps = planSteps({
    pack: id,
    theirs,
    here,
    objects,
    decisions: new Map(Object.entries(wish.decisions ?? {})),
  });
  const versions = new Map(installed.map((each) => [each.id, each.version]));
  const obstacles = [
    ...missingNeeds(pack.manifest, parts.version, versions),
    ...olderThan(known, pack.manifest),
    ...(await failures(wish, pack, theirs, steps)),
  ];
  return { pack, steps, values, obstacles };
}

/** Installs or upgrades it. @throws Problem 400, 403, 404, 409: nothing has changed */
export async function install(
  parts: InstallerParts,
  wish: Wish,
  { by, acceptsUnsigned = false }: { readonly by: string; readonly acceptsUnsigned?: boolean | undefined },
): Promise<readonly Step[]> {
  const { db, kinds } = parts;
  const { tenant, ask, id } = wish;
  await takeBackInterrupted({ db, tenant, kinds, ask });
  const { pack, steps, values, obstacles } = await planOf(parts, wish);
  if (pack.trust === 'unsigned' && !acceptsUnsigned) {
    throw refused('acceptsUnsigned', acceptsUnsigned, 'true: no key that this site trusts has signed the pack', 409);
  }
  if (obstacles.length > 0) throw new Problem(409, 'The pack can’t be installed', obstacles.join('. '));
  const open = steps
    .filter(({ change }) => change === 'conflict')
    .map(({ kind, id: document }) => `${kind.folder}/${document}`);
  if (open.length > 0)
    throw conflict(`decisions: got none for ${open.join(', ')}, expected ours or theirs for each`, 'open');
  const { manifest, digest, trust } = pack;
  const installed = { id, version: manifest.version, digest, manifest, parameters: values, trust, installedBy: by };
  await applySteps({ db, tenant, kinds, ask }, id, steps, async () =>
    keepInstalled(db, tenant, installed, await objectsOf(ask, id, steps)),
  );
  return steps;
}

/** What came from the pack, also as the product has it: it adds members to some. */
async function objectsOf(ask: AskProduct, pack: string, steps: readonly Step[]): Promise<PackObject[]> {
  // After a merge, what the product has is not only the pack's.
  const isPure = ({ change }: Step) => change === 'create' || change === 'update';
  const written = new Set(steps.filter(isPure).map(({ kind }) => kind));
  const here = new Map<ConfigurationKind, readonly ConfigurationDocument[]>();
  for (const kind of written) here.set(kind, await listDocuments(ask, kind));
  return steps.flatMap((step): PackObject[] => {
    const { kind, id, object } = step;
    if (object === undefined) return [];
    const stored = isPure(step) ? here.get(kind)?.find((each) => each.id === id) : undefined;
    return [{ folder: kind.folder, id, pack, ...object, ...(stored && { stored }) }];
  });
}

/** @throws Problem 404; 409: another pack needs it */
export async function remove(
  { db, kinds }: Pick<InstallerParts, 'db' | 'kinds'>,
  { tenant, ask, id }: Pick<Wish, 'tenant' | 'ask' | 'id'>,
): Promise<readonly Step[]> {
  await takeBackInterrupted({ db, tenant, kinds, ask });
  const [installed, objects] = [await installedPacks(db, tenant), await packObjects(db, tenant)];
  if (!installed.some((each) => each.id === id)) throw missing('pack', id);
  const needing = installed.filter(({ manifest }) => Object.hasOwn(manifest.requires.packs ?? {}, id));
  if (needing.length > 0) throw conflict(`${needing.map((each) => each.id).join(', ')} need the pack ${id}`, 'needed');
  const here = await documentsHere({ kinds }, ask, id, new Map(), objects);
  const steps = planSteps({ pack: id, theirs: new Map(), here, objects, decisions: new Map() });
  await applySteps({ db, tenant, kinds, ask }, id, steps, () => forgetInstalled(db, tenant, id));
  return steps;
}

async function findPack(parts: InstallerParts, tenant: string, digest: string): Promise<ReadPack> {
  const shipped = parts.shipped.get(digest);
  if (shipped !== undefined) return shipped;
  const archive = await findArchive(parts.db, tenant, digest);
  if (archive === undefined) throw missing('archive', digest);
  return openPack(parts, archive, tenant);
}

/** An upgrade has the values of the installed version, as far as the new one still asks for them. */
function ownParameters(known: InstalledPack | undefined, { parameters = {} }: SealedManifest): Parameters {
  return Object.fromEntries(
    Object.entries(known?.parameters ?? {}).filter(([name]) => Object.hasOwn(parameters, name)),
  );
}

/** Of the kinds that a pack has, and had when it was installed. */
async function documentsHere(
  { kinds }: Pick<InstallerParts, 'kinds'>,
  ask: AskProduct,
  id: string,
  theirs: ReadonlyMap<ConfigurationKind, unknown>,
  objects: readonly PackObject[],
): Promise<ReadonlyMap<ConfigurationKind, readonly ConfigurationDocument[]>> {
  const had = new Set(objects.filter(({ pack }) => pack === id).map(({ folder }) => folder));
  const here = new Map<ConfigurationKind, readonly ConfigurationDocument[]>();
  for (const kind of kinds) {
    if (theirs.has(kind) || had.has(kind.folder)) here.set(kind, await listDocuments(ask, kind));
  }
  return here;
}

/** An older version could bring back what a newer one mended. */
function olderThan(known: InstalledPack | undefined, { version }: SealedManifest): string[] {
  return known !== undefined && compare(version, known.version) < 0
    ? [`Version ${known.version} is installed, which is newer than ${version}`]
    : [];
}

/** Of its tests, and of what the product says of documents that would be written. */
async function failures(
  { ask, timeZone }: Pick<Wish, 'ask' | 'timeZone'>,
  { tests }: ReadPack,
  theirs: ReadonlyMap<ConfigurationKind, readonly ConfigurationDocument[]>,
  steps: readonly Step[],
): Promise<string[]> {
  const found: string[] = [];
  for (const { kind, id, write } of steps) {
    const fault = write && (await kind.check?.(ask, write));
    if (fault) found.push(`${kind.folder}/${id}: ${fault}`);
  }
  for (const test of tests) {
    const failure = await failureOf(ask, test, { documents: theirs, timeZone });
    if (failure !== undefined) found.push(failure);
  }
  return found;
}

function asProblem<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof PackFault ? faultProblem(error.message) : error;
  }
}

function faultProblem(fault: string): Problem {
  return new Problem(400, 'The pack is not valid', fault);
}
