import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine, refuse } from '../commands/command-line.ts';
import { PARTS, type Part } from './parts.ts';

const USAGE = `npm run mutants [-- part …]

Changes the pure parts of services one place at a time, and counts the changes that their tests notice. Shows those that
no test noticed, and writes the scores into CONTRIBUTING.md. Parts: ${PARTS.map(({ name }) => name).join(', ')}`;

// StrykerJS is installed into node_modules/.cache at the first run, so that `npm ci` need not fetch it.
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOOLS = join(ROOT, 'node_modules/.cache/stryker');
const VERSION = '9.6.1';
const PAGE = join(ROOT, 'CONTRIBUTING.md');
const TABLE = /(<!-- mutants -->\n)[\s\S]*?(<!-- \/mutants -->)/;

interface Mutant {
  readonly status: 'Killed' | 'Survived' | 'NoCoverage' | 'Timeout' | 'RuntimeError' | 'CompileError' | 'Ignored';
  readonly mutatorName: string;
  readonly replacement: string;
  readonly location: { readonly start: { readonly line: number } };
}

interface Report {
  readonly files: { readonly [path: string]: { readonly mutants: readonly Mutant[] } };
}

interface Score {
  readonly made: number;
  readonly noticed: number;
}

const { positionals: wanted } = readCommandLine({ usage: USAGE, words: Number.POSITIVE_INFINITY, options: {} });
const unknown = wanted.find((part) => !PARTS.some(({ name }) => name === part));
if (unknown !== undefined) refuse(USAGE, `part: got ${unknown}, expected one of those above`);
const parts = wanted.length === 0 ? PARTS : PARTS.filter(({ name }) => wanted.includes(name));
install();
const scores = new Map(parts.map((part) => [part.name, scoreOf(part)]));
writeScores(scores);

function install(): void {
  if (existsSync(join(TOOLS, 'node_modules/@stryker-mutator/tap-runner'))) return;
  const packages = ['core', 'tap-runner'].map((name) => `@stryker-mutator/${name}@${VERSION}`);
  const { status } = spawnSync('npm', ['install', '--prefix', TOOLS, '--no-audit', '--no-fund', ...packages], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('StrykerJS could not be installed');
}

function scoreOf(part: Part): Score {
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  try {
    const config = join(folder, 'stryker.json');
    const report = join(folder, 'report.json');
    writeFileSync(config, JSON.stringify(configOf(part, folder, report)));
    const program = join(TOOLS, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    const { status } = spawnSync(process.execPath, [program, 'run', config], { cwd: ROOT, stdio: 'inherit' });
    if (status !== 0) throw new Error(`${part.name}: its tests don't pass by themselves, or StrykerJS failed`);
    return shown(part, JSON.parse(readFileSync(report, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function configOf({ folder, sources, tests }: Part, temporary: string, report: string): object {
  return {
    plugins: [join(TOOLS, 'node_modules/@stryker-mutator/tap-runner/dist/src/index.js')],
    testRunner: 'tap',
    tap: { testFiles: tests.map((test) => `${folder}/${test}`), nodeArgs: ['--test-reporter=tap'] },
    mutate: sources.map((source) => `${folder}/${source}`),
    concurrency: 2,
    coverageAnalysis: 'perTest',
    tempDirName: join(temporary, 'sandbox'),
    // Only this package is copied. Others are found through node_modules.
    ignorePatterns: ['**', '!package.json', '!broker/test/fuzz/random.ts', `!${folder}/**`],
    tsconfigFile: 'none',
    reporters: ['json'],
    jsonReporter: { fileName: report },
  };
}

/** Lists the changes that no test noticed. */
function shown({ name }: Part, { files }: Report): Score {
  let made = 0;
  let noticed = 0;
  for (const [path, { mutants }] of Object.entries(files)) {
    for (const { status, mutatorName, replacement, location } of mutants) {
      if (status === 'Ignored' || status === 'CompileError') continue;
      made += 1;
      if (status === 'Survived' || status === 'NoCoverage') {
        console.log(
          `${path}:${location.start.line} ${mutatorName}: ${replacement.replaceAll(/\s+/g, ' ').slice(0, 90)}`,
        );
      } else noticed += 1;
    }
  }
  console.log(`${name}: ${noticed} of ${made} changes noticed`);
  return { made, noticed };
}

function writeScores(scores: ReadonlyMap<string, Score>): void {
  const page = readFileSync(PAGE, 'utf8');
  const before = new Map(
    [...(page.match(TABLE)?.[0] ?? '').matchAll(/^\| ([^|]+) \| (\d+) \| (\d+) \|/gm)].map(
      ([, name = '', made, noticed]) => [name, { made: Number(made), noticed: Number(noticed) }],
    ),
  );
  const rows = PARTS.flatMap(({ name }) => {
    const score = scores.get(name) ?? before.get(name);
    if (score === undefined) return [];
    const { made, noticed } = score;
    return [`| ${name} | ${made} | ${noticed} | ${Math.round((100 * noticed) / made)} % |`];
  });
  const table = ['| Part | Changes | Noticed by a test | |', '|---|--:|--:|--:|', ...rows].join('\n');
  writeFileSync(
    PAGE,
    page.replace(TABLE, (_, start: string, end: string) => `${start}\n${table}\n\n${end}`),
  );
}
