import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastTag } from '../upgrade/earlier-version.ts';
import { type DebianPackages, packVersions } from './debian-packages.ts';
import { type DebianRoot, makeDebianRoot, rootMissing } from './debian-root.ts';
import { documentedSteps } from './documented-steps.ts';
import { unknownPackages } from './install-lines.ts';
import { type Demo, fingerprints, runOnce } from './installed-product.ts';

export interface InstallDrillOptions {
  readonly mirror: string;
  /** The commit of the earlier version; absent: the last tag, without tags this version with a lower number. */
  readonly from?: string | undefined;
  /** Whether to keep the folder for inspection. */
  readonly keeps: boolean;
  readonly say: (text: string) => void;
}

export interface InstallDrillResult {
  /** The duration of each step. */
  readonly seconds: { readonly [step: string]: number };
  /** The lines of the last `alzette doctor` before the restore, all expected to be green. */
  readonly doctor: readonly string[];
  readonly demo: Demo;
  readonly tables: number;
  /** Tables with other contents than before. */
  readonly different: readonly string[];
  /** What each part of the drill expected and did not find. */
  readonly faults: readonly string[];
  readonly isClean: boolean;
}

/** Where there is as much, the Debian is in memory, because its many small files take half of the time on a disk. */
const MEMORY_BYTES = 8 * 2 ** 30;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const WIPE = `su postgres -c "dropdb alzette && createdb --owner alzette alzette"
find /var/lib/alzette -mindepth 1 -delete`;
const KEPT_AFTER_PURGE = ['backup.key', 'site.env', 'tls.crt', 'tls.key'];

type Timed = <T>(step: string, work: () => Promise<T>) => Promise<T>;

/** Follows docs/fr/debian.md in an empty Debian: install, start, back up, upgrade, wipe, restore, compare, remove. */
export async function runInstallDrill(options: InstallDrillOptions): Promise<InstallDrillResult> {
  const { mirror, keeps, say } = options;
  const missing = rootMissing();
  if (missing !== undefined) throw new Error(missing);
  const seconds: { [step: string]: number } = {};
  const timed: Timed = async (step, work) => {
    say(`▸ ${step}`);
    const since = performance.now();
    const result = await work();
    seconds[step] = Math.round((performance.now() - since) / 100) / 10;
    return result;
  };
  const folder = mkdtempSync(join(tmpdir(), 'alzette-debian-'));
  const isInMemory = freemem() > MEMORY_BYTES;
  if (isInMemory) execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
  let root: DebianRoot | undefined;
  const packing = timed('the packages', () => packVersions(options.from ?? lastTag(ROOT), folder));
  // Awaited below; without this, a fault before that would end the process.
  packing.catch(() => {});
  try {
    root = await timed('an empty Debian', () => makeDebianRoot(join(folder, 'root'), mirror));
    const packages = await packing;
    return { seconds, ...(await follow(root, packages, timed, say)) };
  } finally {
    await packing.catch(() => {});
    if (!keeps) {
      root?.remove();
      if (isInMemory) execFileSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

// Longer than 80 lines: one pass over the page.
async function follow(root: DebianRoot, packages: DebianPackages, timed: Timed, say: (text: string) => void) {
  const steps = documentedSteps();
  const step = (number: number) =>
    timed(`step ${number}`, async () => {
      let output = '';
      // Step 1 downloads packages; all others need no network.
      for (const { commands } of steps.filter((each) => each.number === number))
        output += await root.run(commands, number === 1 ? undefined : 'own network');
      return output;
    });
  /** As files of the names on the page, wherever they come from. */
  const offer = (given: readonly string[]) => {
    for (const [nth, path] of given.entries())
      copyFileSync(path, join(root.folder, 'root', basename(packages.now[nth] ?? path)));
  };
  const start = (what: string) => timed(what, () => runOnce(root, say));
  const faults: string[] = [];
  const expect = (sentence: string, isSo: boolean) => void (isSo || faults.push(sentence));
  const at = (path: string) => join(root.folder, path);

  offer(packages.before);
  for (const number of [1, 2, 3]) await step(number);
  for (const line of await unknownPackages(root)) faults.push(`apt refuses: ${line}`);
  root.start('service opensmtpd start'); // systemd would start it
  say(await step(4));
  await start('start of the version before');
  await step(6);

  offer(packages.now);
  const secret = readFileSync(at('etc/alzette/secret.env'), 'utf8');
  const site = readFileSync(at('etc/alzette/site.env'), 'utf8');
  const upgraded = await step(8);
  expect('the upgrade keeps secrets', readFileSync(at('etc/alzette/secret.env'), 'utf8') === secret);
  expect('the upgrade keeps the settings of the site', readFileSync(at('etc/alzette/site.env'), 'utf8') === site);
  const defaults = readFileSync(at('etc/alzette/settings.env'), 'utf8');
  expect('the upgrade brings the defaults of the new version', !defaults.includes('of the version before'));
  expect('the files are as packed', (await root.run('dpkg --verify alzette alzette-demo')) === '');
  say(upgraded);
  const demo = await start('start of this version');
  const doctor = linesOfDoctor(await root.run('alzette backup >&2; alzette doctor', 'own network'));
  for (const line of doctor) say(line);

  const before = await fingerprints(root);
  await timed('wipe', () => root.run(WIPE, 'own network'));
  say(await step(7));
  const after = await fingerprints(root);
  const restored = readFileSync(at('var/lib/alzette/restored/settings.env'), 'utf8');
  expect('the restore has the secret', secret.includes(/^SECRET_KEY=["']?(\w+)/m.exec(restored)?.[1] ?? 'none'));
  const different = [...before].filter(([table, print]) => after.get(table) !== print).map(([table]) => table);
  expect('no table is missing after the restore', after.size === before.size && before.size > 0);
  await start('start after the restore');
  await step(9);
  expect('nothing of the program is left', !existsSync(at('opt/alzette')) && !existsSync(at('usr/bin/alzette')));
  expect('no files of the product are left', !existsSync(at('var/lib/alzette')));
  const left = readdirSync(at('etc/alzette')).sort();
  expect(
    `only what the site wrote and the key of the backups stay, not ${left}`,
    left.join() === KEPT_AFTER_PURGE.join(),
  );
  expect('the backups stay', readdirSync(at('var/backups/alzette')).length > 0);
  return {
    doctor,
    demo,
    tables: before.size,
    different,
    faults,
    isClean:
      faults.length === 0 &&
      doctor.every((line) => line.startsWith('✓')) &&
      Object.values(demo.pages).every((status) => status === 200) &&
      different.length === 0,
  };
}

/** The findings, one line each. */
function linesOfDoctor(output: string): string[] {
  return output.split('\n').filter((line) => /^[✓!✗] /.test(line));
}
