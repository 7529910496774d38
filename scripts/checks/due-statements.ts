import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

/**
 * Requires that work in a table of due work is marked so that a killed process loses none of it: by a statement that takes it for a
 * limited time, by one that finds only what this process took (its attempts or version), or in the transaction that does the work
 * (`@alzette/kit/due-work`).
 */
const TABLES: { readonly [table: string]: RegExp } = {
  'alarms.due': /\bat\b|^DELETE/,
  'alarms.record': /\bwriting(?:_since)?\b/,
  'channels.message': /\b(?:due_at|state)\b|^DELETE/,
  'kit.recurrence': /\bnext_at\b|^DELETE/,
  'lighting.night_due': /./,
  'procedures.booking': /\bremind_at\b/,
  'procedures.dossier': /\bwriting_since\b/,
  'publishing.item': /\b(?:entity_version|told)\b/,
  'publishing.push_delivery': /\bdue_at\b|^DELETE/,
  'reports.report': /\bwriting_since\b/,
  'rules.act': /./,
  'rules.entity': /\bdue\b|^DELETE/,
  'rules.inbox': /./,
  'rules.write': /^DELETE/,
};

/** By file and constant, with the reason why a kill loses nothing. */
const ALLOWED: ReadonlyMap<string, string> = new Map([
  ['services/channels/src/delivery/messages.ts RETRY', 'an operator sends a failed message again'],
  ['services/channels/src/delivery/messages.ts FORGET_MESSAGES', 'the retention of messages that have an outcome'],
  ['services/kit/src/jobs/recurrences.ts REMOVE', 'the recurrence is no longer wanted'],
  [
    'services/procedures/src/bookings/booking-rows.ts SET_STATE',
    'changes the booking: a cancelled one is not reminded of',
  ],
  ['services/publishing/src/items/write-entities.ts WRITTEN', 'names the written version: a newer one stays due'],
  ['services/publishing/src/polls/answers.ts COUNTED', 'makes it due'],
  ['services/publishing/src/push/announce.ts TOLD', 'a message is accepted once by its key, and marked after that'],
  ['services/rules/src/store/alarm-rows.ts DROP_ACTS', 'an act is applied once by its id, and deleted after that'],
  ['services/rules/src/store/alarm-rows.ts DROP_WRITE', 'the same value is written again, and deleted after that'],
]);

const LEASE = /SKIP LOCKED/;
/** It becomes due, or stays so since an earlier time. */
const MAKES_DUE = /\b(?:writing = (?:r\.)?writing \+ 1|writing_since = (?:least|coalesce)\()/;
const GUARD = /\b(?:attempts|version) = (?:\$|\w+\.)/;

const root = resolve(import.meta.dirname, '../..');
const files = globSync('services/*/src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));

interface Marking {
  readonly name: string;
  readonly table: string;
  readonly text: string;
  readonly line: number;
}

/** The constants of a file that mark or delete due work. */
function markingsOf(source: ts.SourceFile): Marking[] {
  const texts = new Map<string, { readonly text: string; readonly line: number }>();
  const look = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      texts.set(node.name.text, { text: node.initializer.getText(), line: line + 1 });
    }
    node.forEachChild(look);
  };
  look(source);
  const resolved = (text: string): string =>
    text.replace(/\$\{(\w+)\}/g, (all, name: string) => {
      const known = texts.get(name)?.text;
      return known === undefined || known === text ? all : resolved(known.slice(1, -1));
    });
  return [...texts].flatMap(([name, { text, line }]) =>
    Object.entries(TABLES).flatMap(([table, marks]) => {
      const statement = /^[`']\s*(?:WITH\b[\s\S]*)?(DELETE FROM|UPDATE) /.exec(text);
      const whole = resolved(text.slice(1, -1)).trim();
      const at = whole.search(new RegExp(`\\b(?:DELETE FROM|UPDATE) ${table.replace('.', '\\.')}\\b`));
      if (statement === null || at < 0) return [];
      const set = whole.slice(at).split(/\bWHERE\b/)[0] as string;
      return marks.test(set) ? [{ name, table, text: whole, line }] : [];
    }),
  );
}

/** Whether each use of a constant is in a transaction that does the work. */
function isOnlyInTransactions(source: ts.SourceFile, name: string): boolean {
  const uses: ts.Identifier[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name && !ts.isVariableDeclaration(node.parent)) uses.push(node);
    node.forEachChild(look);
  };
  look(source);
  return uses.length > 0 && uses.every(isInTransaction);
}

function isInTransaction(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) {
    if (ts.isCallExpression(at) && /(?:^doAndMark|\.transaction)$/.test(at.expression.getText())) return true;
    if (ts.isFunctionLike(at) && at.parameters.some(({ type }) => type?.getText() === 'Transaction')) return true;
  }
  return false;
}

const found = files.flatMap((file) => {
  const text = readFileSync(resolve(root, file), 'utf8');
  if (!/DELETE FROM|UPDATE /.test(text)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return markingsOf(source)
    .filter(({ text: marking }) => ![LEASE, GUARD, MAKES_DUE].some((harmless) => harmless.test(marking)))
    .filter(({ name }) => !isOnlyInTransactions(source, name))
    .map(({ name, table, line }) => ({
      key: `${file} ${name}`,
      fault: `${file}:${line}: ${name} marks work of ${table} as done outside of the transaction that does it; use @alzette/kit/due-work`,
    }));
});
const faults = found.filter(({ key }) => !ALLOWED.has(key));
const idle = [...ALLOWED.keys()].filter((key) => !found.some((one) => one.key === key));
for (const { fault } of faults) console.error(fault);
for (const key of idle) console.error(`${key}: marks no due work any more; take it off the list`);
if (faults.length + idle.length > 0) process.exitCode = 1;
