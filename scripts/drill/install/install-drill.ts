import { copyFileSync, globSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endProgram } from '../../programs.ts';
import { type DebianRoot, makeDebianRoot, rootMissing } from './debian-root.ts';
import { documentedSteps } from './documented-steps.ts';

export interface InstallDrillOptions {
  readonly mirror: string;
  /** Whether to keep the folder for inspection. */
  readonly keeps: boolean;
  readonly say: (text: string) => void;
}

interface Demo {
  readonly territory: string;
  readonly entities: number;
  /** The status of portal, app and documentation, expected to be 200. */
  readonly pages: { readonly [path: string]: number };
}

export interface InstallDrillResult {
  /** The duration of each step. */
  readonly seconds: { readonly [step: string]: number };
  /** The lines of `alzette doctor`, all expected to be green. */
  readonly doctor: readonly string[];
  readonly demo: Demo;
  readonly tables: number;
  /** Tables with other contents than before. */
  readonly different: readonly string[];
  readonly isClean: boolean;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const UNIT = join(ROOT, 'docker/alzette.service');
const PAGES = ['/', '/app/', '/docs/'];
const READY_WITHIN_MS = 180_000;
/** The demo has more lamps than this. */
const LEAST_ENTITIES = 100;
const WIPE = `su postgres -c "dropdb alzette && createdb --owner alzette alzette"
find /var/lib/alzette -mindepth 1 -delete`;

/**
 * One line per table with its number of rows and a sum of their hashes. Without `backups.run`, which records the end of the
 * backup and so differs after a restore.
 */
const FINGERPRINTS = `
SELECT format('SELECT %L, count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM %I.%I t;',
  schemaname || '.' || tablename, schemaname, tablename)
FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND (schemaname, tablename) <> ('backups', 'run')
ORDER BY 1`;

/** Follows docs/debian.md in an empty Debian: install, start, back up, wipe, restore, compare. */
export async function runInstallDrill({ mirror, keeps, say }: InstallDrillOptions): Promise<InstallDrillResult> {
  const missing = rootMissing();
  if (missing !== undefined) throw new Error(missing);
  const tarballs = globSync('dist/{alzette,alzette-demo}-[0-9]*.tgz', { cwd: ROOT });
  if (tarballs.length !== 2)
    throw new Error('dist/alzette-….tgz or dist/alzette-demo-….tgz is missing: npm run pack creates them');
  const seconds: { [step: string]: number } = {};
  const timed = async <T>(step: string, work: () => T | Promise<T>): Promise<T> => {
    say(`▸ ${step}`);
    const since = performance.now();
    const result = await work();
    seconds[step] = Math.round((performance.now() - since) / 100) / 10;
    return result;
  };
  const folder = join(tmpdir(), `alzette-debian-${process.pid}`);
  const root = await timed('an empty Debian', () => makeDebianRoot(folder, mirror));
  try {
    for (const tarball of tarballs) copyFileSync(join(ROOT, tarball), join(folder, 'root', basename(tarball)));
    return await follow(root, folder, timed, seconds, say);
  } finally {
    if (!keeps) root.remove();
  }
}

type Timed = <T>(step: string, work: () => T | Promise<T>) => Promise<T>;

async function follow(
  root: DebianRoot,
  folder: string,
  timed: Timed,
  seconds: { readonly [step: string]: number },
  say: (text: string) => void,
): Promise<InstallDrillResult> {
  const steps = documentedSteps();
  const step = (number: number) =>
    timed(`step ${number}`, () => {
      const commands = steps.filter((each) => each.number === number).map((each) => each.commands);
      // Steps 1 and 2 download packages; all others need no network.
      return commands.map((each) => root.run(each, number > 2 ? 'own network' : undefined)).join('');
    });
  for (const number of [1, 2, 3, 4]) await step(number);
  root.start('service opensmtpd start'); // systemd would start it
  say(await step(5));

  const demo = await timed('start, and the demo of Moselbogen', () => runOnce(root, say));
  const doctor = linesOfDoctor(await step(7));
  for (const line of doctor) say(line);
  const before = fingerprints(root);
  await timed('wipe', () => root.run(WIPE, 'own network'));
  say(await step(8));
  const after = fingerprints(root);
  const settings = readFileSync(join(folder, 'var/lib/alzette/restored/settings.env'), 'utf8');
  const different = [...before].filter(([table, print]) => after.get(table) !== print).map(([table]) => table);
  await timed('start again', () => runOnce(root, say));
  return {
    seconds,
    doctor,
    demo,
    tables: before.size,
    different,
    isClean:
      doctor.every((line) => line.startsWith('✓')) &&
      Object.values(demo.pages).every((status) => status === 200) &&
      different.length === 0 &&
      after.size === before.size &&
      before.size > 0 &&
      settings.includes('SECRET_KEY='),
  };
}

/** Runs the command of the systemd unit, waits for the demo, and stops it. */
async function runOnce(root: DebianRoot, say: (text: string) => void): Promise<Demo> {
  const [, command = ''] = /^ExecStart=(.+)$/m.exec(readFileSync(UNIT, 'utf8')) ?? [];
  const environment = 'set -a; . /etc/alzette/settings.env; NODE_ENV=production';
  const asUser = 'exec setpriv --reuid=alzette --regid=alzette --init-groups';
  const service = root.start(`${environment}; cd /var/lib/alzette; ${asUser} ${command}`);
  let output = '';
  for (const stream of [service.stdout, service.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk));
  try {
    const deadline = performance.now() + READY_WITHIN_MS;
    for (;;) {
      if (service.exitCode !== null) throw new Error(`it exited with ${service.exitCode}:\n${output.slice(-3000)}`);
      if (performance.now() > deadline) throw new Error(`it is not ready:\n${output.slice(-3000)}`);
      const entities = countEntities(root);
      if (entities >= LEAST_ENTITIES && statusOf(root, '/ready') === 200) {
        const territory = /territory\s+(.+?),/.exec(root.run('alzette doctor || true', 'own network'))?.[1] ?? '';
        say(`  ${entities} entities of ${territory}`);
        const pages = Object.fromEntries(PAGES.map((path) => [path, statusOf(root, path)]));
        return { territory, entities, pages };
      }
      await pause(1000);
    }
  } finally {
    await endProgram(service, 'SIGTERM', 30_000);
  }
}

/** The HTTP status; 0: no answer. */
function statusOf(root: DebianRoot, path: string): number {
  const ask = `fetch('https://localhost:1026${path}').then(({ status }) => console.log(status), () => console.log(0))`;
  return Number(root.run(`NODE_EXTRA_CA_CERTS=/etc/alzette/tls.crt node -e "${ask}"`, 'own network'));
}

function countEntities(root: DebianRoot): number {
  const ask = `psql -d alzette -Atc "SELECT count(*) FROM entity" 2>/dev/null || echo 0`;
  return Number(root.run(`su postgres -c '${ask}'`, 'own network').trim());
}

function fingerprints(root: DebianRoot): Map<string, string> {
  const query = FINGERPRINTS.replaceAll('\n', ' ');
  const made = root.run(
    `su postgres -c 'psql -d alzette -At' <<'END' | su postgres -c 'psql -d alzette -At'\n${query}\nEND`,
    'own network',
  );
  return new Map(
    made
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('|')), line] as const),
  );
}

/** The findings, one line each. */
function linesOfDoctor(output: string): string[] {
  return output.split('\n').filter((line) => /^[✓!✗] /.test(line));
}
