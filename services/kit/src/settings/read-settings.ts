import type { SettingKind } from './kinds.ts';

/** A setting from the environment. */
export interface Setting<T> {
  readonly kind: SettingKind<unknown>;
  /** The heading in the documentation. */
  readonly group: string;
  /** Its purpose: one line of Markdown. */
  readonly text: string;
  /** The default in the documentation, if it is not a plain value: Markdown. */
  readonly shownDefault?: string;
  readonly fallback: T;
  /** Its value is never shown. */
  readonly isSecret?: true;
}

/** The settings of a package, by the name of their variable. */
export interface SettingsTable {
  readonly [name: string]: Setting<unknown>;
}

/** The parsed values, by the same names. */
export type SettingValues<Table extends SettingsTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Setting<infer T> ? T : never;
};

type Described = Pick<Setting<unknown>, 'group' | 'text' | 'shownDefault' | 'isSecret'>;

/** A setting with a default. */
export function setting<T>(kind: SettingKind<T>, fallback: NoInfer<T>, described: Described): Setting<T> {
  return { kind, fallback, ...described };
}

/** A setting that may be absent. */
export function optionalSetting<T>(kind: SettingKind<T>, described: Described): Setting<T | undefined> {
  return { kind, fallback: undefined, ...described };
}

/** The errors in the settings, one per line. */
export class SettingsError extends Error {
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'SettingsError';
  }
}

export interface ReadSettings<Table extends SettingsTable> {
  readonly values: SettingValues<Table>;
  /** Adds an error: what was received and what was expected. */
  fault(name: string & keyof Table, expected: string): void;
  /** The errors of all settings. The caller adds those of combinations. */
  readonly faults: string[];
}

/**
 * Parses the settings of a table. An empty text counts as missing. An invalid setting gets its default and a line in
 * `faults`.
 */
export function readSettings<Table extends SettingsTable>(
  table: Table,
  environment: NodeJS.ProcessEnv,
): ReadSettings<Table> {
  const faults: string[] = [];
  const fault = (name: string, expected: string) => {
    const got = table[name]?.isSecret ? 'a secret text' : JSON.stringify(environment[name] ?? '');
    faults.push(`${name}: got ${got}, expected ${expected}`);
  };
  const read = (name: string, { kind, fallback }: Setting<unknown>): unknown => {
    const text = environment[name]?.trim();
    if (!text) return fallback;
    try {
      const value = kind.parse(text);
      if (value !== undefined) return value;
      fault(name, kind.expected);
    } catch (cause) {
      faults.push(`${name}: ${(cause as Error).message}`);
    }
    return fallback;
  };
  const values = Object.entries(table).map(([name, one]) => [name, read(name, one)]);
  return { values: Object.fromEntries(values) as SettingValues<Table>, fault, faults }; // each parsed by its kind
}
