import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** The commands in one block of a tutorial, and the expected output. */
export interface TutorialStep {
  readonly commands: string;
  readonly expected: readonly string[];
}

const FENCE = /^```(\w+)(?: (\w+))?\n([\s\S]*?)^```$/gm;
/** A value sent by MQTT is stored shortly after its acknowledgement. */
const PATIENCE_MS = 60_000;
const AGAIN_MS = 100;
const CHANGES_SOMETHING = / -d | -X |\balzette \w|\bmqtt /;

/** The blocks of a page that tests run (`sh run`), each with the lines of the following block `text expected`. */
export function tutorialSteps(path: string): TutorialStep[] {
  const steps: { commands: string; expected: string[] }[] = [];
  for (const [, , role, text = ''] of readFileSync(path, 'utf8').matchAll(FENCE)) {
    if (role === 'run') steps.push({ commands: text, expected: [] });
    if (role === 'expected') steps.at(-1)?.expected.push(...text.split('\n').filter(Boolean));
  }
  return steps;
}

/** The blocks of shell commands that no test runs. */
export function commandsNotRun(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(FENCE)]
    .filter(([, kind, role]) => kind === 'sh' && role !== 'run')
    .map(([, , , text = '']) => text);
}

interface Shell {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Addresses on the page, with their replacements in the test. */
  readonly addresses: ReadonlyMap<string, string>;
}

/**
 * Runs a step with bash; its exports are available to the next. A step without side effects is repeated until it prints
 * the expected output.
 *
 * @throws Error with the whole output: an expected text is missing
 */
export async function runStep({ commands, expected }: TutorialStep, shell: Shell): Promise<void> {
  const began = Date.now();
  for (;;) {
    const { code, output } = await bash(here(commands, shell), shell);
    const missing = expected.map((line) => here(line, shell)).filter((line) => !output.includes(line));
    if (code === 0 && missing.length === 0) return;
    if (CHANGES_SOMETHING.test(commands) || Date.now() - began > PATIENCE_MS)
      throw new Error(`${commands}\nended with ${code}, without ${JSON.stringify(missing)}:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

function here(text: string, { addresses }: Shell): string {
  let result = text;
  for (const [there, here] of addresses) result = result.replaceAll(there, here);
  return result;
}

async function bash(
  commands: string,
  { folder, environment }: Shell,
): Promise<{ code: number | null; output: string }> {
  const script = `[ -f .exported ] && . ./.exported\n${commands}\nstatus=$?; export -p > .exported; exit $status`;
  const child = spawn('bash', ['-c', script], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
