import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * All work that the services do in the background, from its declarations: jobs by their names (`jobs.define`), and loops over due
 * work as `loop: FILE` (`startDueLoop`).
 */
export function declaredWork(): string[] {
  const found = new Set<string>();
  for (const file of globSync('services/*/src/**/*.ts', { cwd: ROOT }).sort()) {
    if (file.endsWith('.test.ts') || file.startsWith('services/kit/')) continue;
    const text = readFileSync(`${ROOT}/${file}`, 'utf8');
    if (!/\.define\b|startDueLoop\(/.test(text)) continue;
    const look = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) {
        const called = node.expression.getText();
        if (called === 'startDueLoop') found.add(`loop: ${file}`);
        if (/(?:^|\.)jobs\.define$/.test(called)) found.add(nameOf(node, file));
      }
      node.forEachChild(look);
    };
    look(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  }
  return [...found];
}

/** @throws Error: the definition has no constant name */
function nameOf({ arguments: [definition] }: ts.CallExpression, file: string): string {
  const members = definition !== undefined && ts.isObjectLiteralExpression(definition) ? definition.properties : [];
  for (const member of members) {
    if (ts.isPropertyAssignment(member) && member.name.getText() === 'name' && ts.isStringLiteral(member.initializer))
      return member.initializer.text;
  }
  throw new Error(`${file}: a job is defined without a name that can be read here`);
}
