import { parseArgs } from 'node:util';

/** A drill that can be run by its name: `npm run drill -- NAME`. */
export interface DrillCommand {
  readonly name: string;
  /** What may follow the name, e.g. `[exercise …]`. */
  readonly takes?: string;
  /** What it does, in lines of at most 110 characters. */
  readonly what: readonly string[];
  readonly options: { readonly [name: string]: Option };
  /** @returns whether everything was right */
  run(given: Given): Promise<boolean>;
}

interface Option {
  readonly what: string;
  /** A number of at least 1 if it is a number; `false`: a flag; absent: an optional text. */
  readonly default?: number | string | false;
  /** The least number. */
  readonly least?: number;
}

/** What was given on the command line. */
export interface Given {
  readonly positionals: readonly string[];
  number(name: string): number;
  text(name: string): string | undefined;
  flag(name: string): boolean;
  say(text: string): void;
}

/** The command line is wrong. Its message says how. */
export class UsageError extends Error {}

/** The members of a list with commas. @throws UsageError: one is unknown */
export function listOf(option: string, given: string | undefined, known: readonly string[]): readonly string[] {
  const members = (given ?? '').split(',');
  const unknown = members.find((each) => !known.includes(each));
  if (unknown !== undefined) throw new UsageError(`--${option}: got ${unknown}, expected some of ${known.join()}`);
  return members;
}

/** Reads what follows the name of a command. @throws UsageError */
export function readGiven({ options }: DrillCommand, args: readonly string[], say: Given['say']): Given {
  const { values, positionals } = parsed(options, args);
  return {
    positionals,
    number(name) {
      const least = options[name]?.least ?? 1;
      const value = Number(values.get(name));
      if (!(value >= least))
        throw new UsageError(`--${name}: got ${values.get(name)}, expected a number of ${least} or more`);
      return value;
    },
    text(name) {
      const value = values.get(name);
      return typeof value === 'string' ? value : undefined;
    },
    flag: (name) => values.get(name) === true,
    say,
  };
}

function parsed(options: DrillCommand['options'], args: readonly string[]) {
  const known = Object.entries(options).map(([name, { default: value }]) =>
    value === false
      ? ([name, { type: 'boolean', default: false }] as const)
      : ([name, { type: 'string', ...(value !== undefined && { default: String(value) }) }] as const),
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(known),
    });
    return { values: new Map<string, unknown>(Object.entries(values)), positionals };
  } catch (cause) {
    const expected = ['help', ...Object.keys(options)].map((name) => `--${name}`).join(', ');
    throw new UsageError(`${cause instanceof Error ? cause.message : cause}, expected ${expected}`, { cause });
  }
}

const START = 'npm run drill --';

/** The page of one command. */
export function helpOf({ name, takes, what, options }: DrillCommand): string {
  const optional = Object.keys(options).length > 0 ? ' [options]' : '';
  const lines = Object.entries(options).map(([option, { what: meaning, default: value }]) => {
    const isFlag = value === false;
    const shown = value === undefined || isFlag ? '' : ` (default ${value})`;
    return `  ${`--${option}${isFlag ? '' : ' …'}`.padEnd(22)} ${meaning}${shown}`;
  });
  return [
    `${START} ${name}${takes ? ` ${takes}` : ''}${optional}`,
    '',
    ...what,
    ...(lines.length ? ['', ...lines] : []),
  ].join('\n');
}

/** The list of all commands. */
export function helpOfAll(commands: readonly DrillCommand[]): string {
  const lines = commands.map(({ name, what }) => `  ${name.padEnd(14)} ${what[0]}`);
  return [`${START} NAME [options]`, '', ...lines, '', `${START} NAME --help shows the options of a drill.`].join('\n');
}
