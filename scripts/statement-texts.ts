import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** An SQL statement in a source file. */
export interface StatementText {
  readonly file: string;
  readonly text: string;
}

const ROOT = resolve(import.meta.dirname, '..');
const LITERAL = /`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'/g;
/** A constant: a text, a number, another constant, or a function with one argument that returns a text. */
const CONSTANT = /^(?:export )?const (\w+) =\s*(?:\((\w+): \w+\) =>\s*)?(`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'|\w+);/gm;
const EXPORTED_AS = /^export \{.*\b(\w+) as (\w+)\b.*\};/gm;
const PLACEHOLDER = /\$\{(\w+)(?:\('([^']*)'\))?\}/g;
const STATEMENT = /^\s*(?:WITH|SELECT|INSERT|UPDATE|DELETE)\b/;

interface Constant {
  /** The name of its argument, if it is a function. */
  readonly of: string | undefined;
  readonly literal: string;
}
type Constants = Map<string, Constant>;

/** The statements in source files that use tables of these schemas, with constants inserted. */
export function statementTexts(folders: string, schemas: readonly string[]): StatementText[] {
  const isSql = new RegExp(`\\b(?:FROM|INTO|UPDATE|JOIN|USING)\\s+(?:${schemas.join('|')})\\.\\w`);
  const files = globSync(folders, { cwd: ROOT, exclude: (path) => path.endsWith('.test.ts') }).map((file) => ({
    file,
    source: readFileSync(resolve(ROOT, file), 'utf8'),
  }));
  const shared: Constants = new Map();
  const own = new Map(files.map(({ file, source }) => [file, constantsOf(source, shared)]));
  return files.flatMap(({ file, source }) =>
    (source.match(LITERAL) ?? [])
      .map((literal) => withConstants(literal, new Map([...shared, ...(own.get(file) as Constants)])))
      .filter((text) => STATEMENT.test(text) && isSql.test(text))
      .map((text) => ({ file, text })),
  );
}

function constantsOf(source: string, shared: Constants): Constants {
  const constants: Constants = new Map();
  for (const [text, name = '', of, literal = ''] of source.matchAll(CONSTANT)) {
    constants.set(name, { of, literal });
    if (text.startsWith('export')) shared.set(name, { of, literal });
  }
  for (const [, name = '', as = ''] of source.matchAll(EXPORTED_AS)) {
    const constant = constants.get(name);
    if (constant !== undefined) shared.set(as, constant);
  }
  return constants;
}

/** Inserts constants into a text. Other expressions become `$0`, which no statement uses. */
function withConstants(literal: string, constants: Constants, argument?: { name: string; value: string }): string {
  const other = constants.get(literal);
  if (other !== undefined) return withConstants(other.literal, constants);
  const text = /^[`']/.test(literal) ? literal.slice(1, -1).replace(/\\(.)/g, '$1') : literal;
  return text
    .replace(PLACEHOLDER, (_all, name: string, given?: string) => {
      if (argument?.name === name) return argument.value;
      const constant = constants.get(name);
      if (constant === undefined) return '$0';
      const { of } = constant;
      return withConstants(
        constant.literal,
        constants,
        of === undefined ? undefined : { name: of, value: given ?? '$0' },
      );
    })
    .replace(/\$\{[^}]*\}/g, '$0');
}
