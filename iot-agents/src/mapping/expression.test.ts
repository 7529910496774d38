import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileExpression } from './expression.ts';

test('a pattern replaces like in JavaScript', () => {
  const read = compileExpression("data.text|replaceallregexp('(a+)(b)', '[$2$1]')");
  assert.equal(read({ data: { text: 'xaab aab' } }), 'x[baa] [baa]');
  const once = compileExpression("data.text|replaceregexp('a', '-')");
  assert.equal(once({ data: { text: 'banana' } }), 'b-nana');
});

test('a pattern with catastrophic backtracking takes linear time', () => {
  const read = compileExpression("data.text|replaceregexp('^(a|a)*$', '')");
  const startedAt = performance.now();
  assert.match(String(read({ data: { text: `${'a'.repeat(4000)}!` } })), /^a+!$/);
  assert.ok(performance.now() - startedAt < 10_000);
});

test('a pattern that RE2 does not support is refused', () => {
  assert.throws(() => compileExpression("data.text|replaceregexp('(?=a)', '')")({ data: { text: 'a' } }), /\(\?=/);
});
