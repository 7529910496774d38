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

const TEN = "'aaaaaaaaaa'";

const refusals = {
  'a text that replacements make ever longer': `${TEN}${`|replaceallstr('a',${TEN})`.repeat(7)}`,
  'a text that patterns make ever longer': `data.short|replaceallregexp('a',data.short)`,
  'a text that is doubled again and again': `data.text${' + data.text'.repeat(200)}`,
  'a list that is joined by a long text': 'data.list|joinarrtostr(data.text)',
  'filters in filters': 'data.list[data.list[data.list[.x > 1][0] == .x][0] == .x]',
  'a long list that is converted for each element': 'data.list[(data.list|tostring) == .x]',
};
const BIG = {
  data: { short: 'a'.repeat(4000), text: 'a'.repeat(60_000), list: Array.from({ length: 10_000 }, (_, x) => ({ x })) },
};

for (const [what, text] of Object.entries(refusals)) {
  test(`${what} is refused at once`, () => {
    const { heapUsed } = process.memoryUsage();
    const begun = process.threadCpuUsage();
    assert.throws(() => compileExpression(text)(BIG), /the expression computes too much/);
    const { user, system } = process.threadCpuUsage(begun);
    assert.ok((user + system) / 1000 < 50, `${(user + system) / 1000} ms`);
    assert.ok(process.memoryUsage().heapUsed - heapUsed < 50e6);
  });
}

test('deep brackets and long expressions are refused at once, and parsing takes linear time', () => {
  const begun = process.threadCpuUsage();
  for (const text of ['('.repeat(4000), '['.repeat(4000), '!'.repeat(4000), '{a:'.repeat(2000), 'a ? '.repeat(2000)]) {
    assert.throws(() => compileExpression(text), /more than 100 levels|Unexpected end/);
  }
  assert.throws(() => compileExpression(`'${'a'.repeat(20_000)}'`), /it has 20002 characters, expected at most 10000/);
  assert.equal(compileExpression(`1${' + 1'.repeat(2000)}`)({}), 2001);
  assert.equal(compileExpression(`${'a == 1 ? 1 : '.repeat(700)}2`)({ a: 0 }), 2);
  const { user, system } = process.threadCpuUsage(begun);
  assert.ok((user + system) / 1000 < 200, `${(user + system) / 1000} ms`);
});

test('an unknown transform is refused when the expression is saved, wherever it is', () => {
  assert.throws(() => compileExpression('a ? 1 : a|nonsense'), /Transform nonsense is not defined/);
  assert.throws(() => compileExpression('a|constructor'), /Transform constructor is not defined/);
});

test('an expression reaches no functions', () => {
  assert.equal(compileExpression("data['constructor']")({ data: {} }), undefined);
  assert.equal(compileExpression('data.text.constructor')({ data: { text: '' } }), undefined);
});
