import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coreContext } from '@alzette/ngsi-ld-schemas/contexts';
import { createCompiler } from './compile.ts';
import { partsOf, termsOf } from './term-parts.ts';

const TERMS = 6_000;

test('the terms of a large @context come from another thread, and are put together in turns', async (t) => {
  const compiler = await createCompiler(coreContext['@context'] as Record<string, unknown>);
  t.after(() => compiler.close());
  const given = Object.fromEntries(
    Array.from({ length: TERMS }, (_, n) => [`term${n}`, `https://x.example/${n % 100}/${n}${n % 2 ? '/' : ''}`]),
  );
  const lengths: number[] = [];
  const parse = JSON.parse;
  t.mock.method(JSON, 'parse', (text: string) => {
    lengths.push(text.length);
    return parse(text);
  });
  const terms = await compiler.compile([given]);
  assert.equal(terms.size, TERMS);
  assert.equal(lengths.length, TERMS / 1000, 'a thousand at a time');
  assert.equal(terms.attribute('term7'), 'https://x.example/7/7/');
  assert.equal(terms.compact('https://x.example/8/8'), 'term8');
  assert.equal(terms.compact('https://x.example/7/7/more'), 'term7:more');
  assert.equal(terms.compact('https://x.example/8/8more'), 'https://x.example/8/8more');
  assert.ok(terms.bytes > TERMS * 350);
});

test('terms are unchanged by the transfer between threads', () => {
  const definitions = new Map([
    ['a', { iri: 'https://x.example/a', prefix: true, reverse: false }],
    ['gone', { iri: null, prefix: false, reverse: false }],
    ['knows', { iri: 'https://x.example/k', prefix: false, reverse: true }],
  ]);
  assert.deepEqual(new Map(partsOf(definitions).flatMap(termsOf)), definitions);
});
