import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** The usage of a command of package.json, and the words that it takes after its options. */
export interface CommandLine<Options extends ParseArgsOptionsConfig> {
  readonly usage: string;
  readonly options?: Options;
  /** The most words; absent: none. */
  readonly words?: number;
}

/**
 * Reads the arguments of a command of package.json. `--help` prints its usage and ends the process with 0. A wrong
 * argument ends it with 2, after a sentence that says what was got and expected.
 */
export function readCommandLine<Options extends ParseArgsOptionsConfig>(line: CommandLine<Options>) {
  const options = line.options ?? ({} as Options);
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(line.usage);
    process.exit(0);
  }
  const parsed = parsedOr(args, options, (message) => refuse(line.usage, message));
  const [excess] = parsed.positionals.slice(line.words ?? 0);
  if (excess !== undefined) refuse(line.usage, `got ${excess}, expected ${namesOf(options)}`);
  return parsed;
}

/** Ends the process with 2, after a sentence and the usage. */
export function refuse(usage: string, message: string): never {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}

/** A number above 0 of an option. It ends the process with 2 if it is none. */
export function positiveNumber(usage: string, name: string, given: string): number {
  const value = Number(given);
  return value > 0 ? value : refuse(usage, `--${name}: got ${given}, expected a number above 0`);
}

function parsedOr<Options extends ParseArgsOptionsConfig>(
  args: string[],
  options: Options,
  refused: (message: string) => never,
) {
  const unknown = args.find((arg) => {
    const [, name] = /^--([^=]+)/.exec(arg) ?? [];
    return name !== undefined && !Object.hasOwn(options, name);
  });
  if (unknown !== undefined) return refused(`got ${unknown}, expected ${namesOf(options)}`);
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return refused((error as Error).message);
  }
}

function namesOf(options: ParseArgsOptionsConfig): string {
  return ['help', ...Object.keys(options)].map((name) => `--${name}`).join(', ');
}
