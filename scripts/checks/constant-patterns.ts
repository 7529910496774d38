import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

/**
 * Requires that every regular expression of JavaScript's engine is constant, because this engine backtracks and a
 * user's pattern could block the process. Patterns of users use RE2 (`re2js`). A constant is a literal, or a template
 * of literals, of names in capitals and of `.source` or `.pattern` of such names.
 */
const ALLOWED: ReadonlyMap<string, string> = new Map([
  ['broker/src/history/import/import-lines.ts', 'a delimiter of one character, from a fixed set'],
  ['services/decisions/src/statistics/columns.ts', 'a name of a column, escaped, from documents of the product'],
  ['bench/src/paired/main.ts', 'an option of the command line'],
  ['bench/src/report/main.ts', 'an option of the command line'],
  ['bench/src/stellio/main.ts', 'an option of the command line'],
  ['bench/src/memory.ts', 'names in the source'],
]);

const root = resolve(import.meta.dirname, '../..');
const files = globSync('{broker,iot-agents,services,platform,portal,mobile,ngsi-ld-schemas,bench}/**/src/**/*.ts', {
  cwd: root,
  exclude: (path) => path.includes('node_modules') || path.includes('/dist'),
}).filter((file) => !file.endsWith('.test.ts'));

function isConstant(node: ts.Expression): boolean {
  if (ts.isStringLiteralLike(node) || ts.isRegularExpressionLiteral(node)) return true;
  if (ts.isTemplateExpression(node)) return node.templateSpans.every(({ expression }) => isConstant(expression));
  if (ts.isIdentifier(node)) return /^[A-Z][A-Z0-9_]*$/.test(node.text);
  return (
    ts.isPropertyAccessExpression(node) && /^(?:source|pattern)$/.test(node.name.text) && isConstant(node.expression)
  );
}

function faultsOf(file: string): string[] {
  const text = readFileSync(resolve(root, file), 'utf8');
  if (!text.includes('RegExp(')) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const faults: string[] = [];
  const look = (node: ts.Node): void => {
    const isMade = (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp';
    const pattern = isMade ? node.arguments?.[0] : undefined;
    if (pattern !== undefined && !isConstant(pattern)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      faults.push(
        `${file}:${line + 1}: RegExp of ${pattern.getText()}, expected a constant; patterns of users run on RE2`,
      );
    }
    node.forEachChild(look);
  };
  look(source);
  return faults;
}

const found = files.flatMap((file) => faultsOf(file).map((fault) => ({ file, fault })));
const faults = found.filter(({ file }) => !ALLOWED.has(file)).map(({ fault }) => fault);
const idle = [...ALLOWED.keys()].filter((file) => !found.some((one) => one.file === file));
for (const fault of faults) console.error(fault);
for (const file of idle) console.error(`${file}: has no such pattern any more; take it off the list`);
if (faults.length + idle.length > 0) process.exitCode = 1;
