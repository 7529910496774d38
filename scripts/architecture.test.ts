import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

test('every file named on the architecture page exists', () => {
  const page = readFileSync(`${ROOT}docs/architecture.md`, 'utf8');
  const named = [...page.matchAll(/`((?:broker|iot-agents|services|platform|portal|scripts)\/[\w./-]+\.ts)`/g)];
  assert.ok(named.length > 20, `${named.length} files are named`);
  for (const [, path = ''] of named) assert.ok(existsSync(ROOT + path), path);
});

for (const [path, leastFiles] of [
  ['write', 10],
  ['query', 8], // its first steps are those of a write
  ['uplink', 10],
] as const) {
  test(`the path of ${path === 'uplink' ? 'an' : 'a'} ${path} has at most 14 files`, () => {
    const page = readFileSync(`${ROOT}docs/architecture.md`, 'utf8');
    const [, section = ''] = page.split(new RegExp(`^## The path of an? ${path}$`, 'm'));
    const steps = section.split(/^## /m)[0]?.match(/^\d+\. [\s\S]*?(?=^\d+\. |\n\n)/gm) ?? [];
    const files = new Set(steps.flatMap((step) => step.match(/`[\w-]+\/src\/[\w./-]+\.ts`/g) ?? []));
    assert.ok(files.size >= leastFiles && files.size <= 14, `${files.size}: ${[...files].join(', ')}`);
  });
}

test('handlers of entity, attribute and batch routes have at most 15 lines', () => {
  const handlers = ['attribute', 'batch', 'entities', 'entity'].flatMap((name) => {
    const path = `broker/src/http/routes/${name}-routes.ts`;
    const source = ts.createSourceFile(path, readFileSync(ROOT + path, 'utf8'), ts.ScriptTarget.Latest, true);
    return handlersIn(source).map((node) => ({ path, lines: node.getText().split('\n').length }));
  });
  assert.ok(handlers.length >= 15, `${handlers.length} handlers`);
  assert.deepEqual(
    handlers.filter(({ lines }) => lines > 15),
    [],
  );
});

/** The functions of a file whose first parameter is a request. */
function handlersIn(node: ts.Node): ts.Node[] {
  const isHandler = ts.isFunctionLike(node) && node.parameters[0]?.name.getText() === 'request';
  const inside: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    inside.push(...handlersIn(child));
  });
  return isHandler ? [node, ...inside] : inside;
}
