import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

const MAX_LINES = 80;
const MAX_FILES = 25;
/** The comment before a longer function, with the reason. */
const EXCUSE = /Longer than 80 lines: \S/;
/** Tests have no limit: their suites are long lists, and the clauses of the standard are one folder. */
const NO_LIMIT = /\.test\.ts$|\/test\/|^conformance-tests\/src\/clauses\//;

const root = resolve(import.meta.dirname, '..');
const faults: string[] = [];
const files = globSync('{ngsi-ld-schemas,broker,iot-agents,services/*,platform,portal,mobile}/src/**/*.{ts,vue}', {
  cwd: root,
}).concat(globSync('{scripts,bench/src,conformance-tests/src}/**/*.ts', { cwd: root }));

const counts = new Map<string, number>();
for (const file of files) {
  if (NO_LIMIT.test(file)) continue;
  const folder = dirname(file);
  counts.set(folder, (counts.get(folder) ?? 0) + 1);
  const text = readFileSync(resolve(root, file), 'utf8');
  checkModule(file, file.endsWith('.vue') ? scriptOf(text) : text);
}
for (const [folder, count] of counts) {
  if (count > MAX_FILES) faults.push(`${folder}: ${count} files, expected at most ${MAX_FILES}: make rooms by subject`);
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;

function checkModule(file: string, text: string): void {
  if (countLines(text) <= MAX_LINES) return;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);
  const visit = (node: ts.Node, holder: ts.Node): void => {
    // The comment of a function in a variable, a method or an export is before that statement.
    const outer = ts.isStatement(node) || ts.isClassElement(node) ? node : holder;
    if (ts.isFunctionLike(node) && 'body' in node && node.body) checkFunction(node, outer);
    ts.forEachChild(node, (child) => visit(child, outer));
  };
  const checkFunction = (node: ts.Node, outer: ts.Node): void => {
    const from = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
    const lines = source.getLineAndCharacterOfPosition(node.end).line - from + 1;
    if (lines <= MAX_LINES) return;
    const before = text.slice(outer.getFullStart(), outer.getStart(source));
    if (!EXCUSE.test(before)) report(file, from + 1, nameOf(node, source), lines);
  };
  visit(source, source);
}

function nameOf(node: ts.Node, source: ts.SourceFile): string {
  const { name } = node as { name?: ts.Node };
  return name === undefined ? 'a function' : name.getText(source);
}

/** The script of a component, at its original line numbers. */
function scriptOf(text: string): string {
  const [, before = '', script = ''] = /^([\s\S]*?<script[^>]*>)([\s\S]*?)<\/script>/.exec(text) ?? [];
  return before.replace(/[^\n]/g, '') + script;
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function report(file: string, line: number, name: string, lines: number): void {
  faults.push(`${file}:${line}: ${name} has ${lines} lines, expected at most ${MAX_LINES}; or a comment before it`);
}
