import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, type Random } from '../../../../test/fuzz/random.ts';
import { Turns } from '../../../turns/turns.ts';
import { parseBody } from './body.ts';
import { PART_BYTES, parseLongBody } from './long-body.ts';

const long = (text: string) => parseLongBody(Buffer.from(text), new Turns(-1));

/** Values with everything that a parser of parts could get wrong. */
function randomText(random: Random, depth = 0): string {
  const blank = () => random.pick(['', '', '', ' ', '\n\t ']);
  const text = () =>
    JSON.stringify(random.pick(['', 'a', '[', '}', ',', ':', '"', '\\', '\\"', 'é€😀', '__proto__', 'x'.repeat(500)]));
  // Of one escaped name alone: V8 13.6 takes one for another of equal length.
  const name = () => JSON.stringify(random.pick(['', 'a', '[', ',', ':', 'é€😀', '__proto__', '","x":"']));
  const children = depth > 5 ? 0 : random.below(depth < 2 ? 60 : 6);
  const isArray = random.chance(0.6);
  if (depth > 0 && (random.chance(0.4) || children === 0)) {
    return random.pick([text(), '1', '-1.5e3', 'true', 'null', '[]', '{}', '[ ]', '{\n}']);
  }
  const each = Array.from({ length: children }, (_, nth) => {
    const key = random.chance(0.1) ? name() : JSON.stringify(`${random.pick(['k', '__proto__', '10'])}${nth}`);
    const value = `${blank()}${randomText(random, depth + 1)}${blank()}`;
    return isArray ? value : `${blank()}${key}${blank()}:${value}`;
  });
  return isArray ? `[${each.join(',')}]` : `{${each.join(',')}}`;
}

test('a long body parsed in parts is the same as one parsed at once', async () => {
  const random = createRandom(7);
  for (let times = 0; times < 12; times++) {
    const parts: string[] = [];
    for (let bytes = 0; bytes < 4 * PART_BYTES; bytes += parts.at(-1)?.length ?? 0) parts.push(randomText(random));
    const text = random.chance(0.5) ? ` [${parts.join(' , ')}]\n` : `{"a":${parts.join(',"b":')}}`;
    assert.deepEqual(await long(text), parseBody(Buffer.from(text)));
  }
});

test('members of any name are own members', async () => {
  const filling = `"f":"${'x'.repeat(2 * PART_BYTES)}"`;
  const parsed = await long(
    `{${filling},"__proto__":{"a":[1,${JSON.stringify({ f: 1 })}],${filling},"b":2},"z":1,"z":2}`,
  );
  assert.deepEqual(Object.keys(parsed as object), ['f', '__proto__', 'z']);
  assert.equal(Object.getPrototypeOf(parsed), Object.prototype);
});

test('no part is much longer than the others, and each runs in its own turn', async (t) => {
  let turn = 0;
  let isDone = false;
  const count = () => {
    turn++;
    if (!isDone) setImmediate(count);
  };
  const parse = JSON.parse;
  const bytesOfTurn = new Map<number, number>();
  t.mock.method(JSON, 'parse', (text: string) => {
    bytesOfTurn.set(turn, (bytesOfTurn.get(turn) ?? 0) + text.length);
    return parse(text);
  });
  const lamps = Array.from({ length: 20_000 }, (_, n) => ({ id: `urn:x:${n}`, type: 'Lamp', power: { value: n } }));
  const text = JSON.stringify(lamps);
  count();
  const parsed = await long(text);
  isDone = true;
  t.mock.restoreAll();
  assert.deepEqual(parsed, lamps);
  assert.ok(bytesOfTurn.size >= Math.floor(text.length / PART_BYTES), `${bytesOfTurn.size} turns`);
  const most = Math.max(...bytesOfTurn.values());
  assert.ok(most < 2 * PART_BYTES, `${most} bytes in one turn`);
});

test('invalid JSON is refused, wherever the error is', async () => {
  const items = Array.from({ length: 40_000 }, (_, n) => `{"n":${n}}`);
  const good = `[${items.join(',')}]`;
  const middle = good.indexOf('{"n":30000}');
  const broken: readonly string[] = [
    good.slice(0, -1),
    `${good}]`,
    `${good}x`,
    `${good} "]"`,
    `x${good}`,
    `1,${good}`,
    `${good.slice(0, -1)},]`,
    `${good.slice(0, -1)}}`,
    `[,${good.slice(1)}`,
    `${good.slice(0, middle)},${good.slice(middle)}`,
    `${good.slice(0, middle)}"${good.slice(middle)}`,
    `${good.slice(0, middle)}]${good.slice(middle)}`,
    `${good.slice(0, middle)}}${good.slice(middle)}`,
    `{"a":1 ${good}}`,
    `{"a"::${good}}`,
    `{${good}}`,
    `{"a":${good} 1}`,
    `{"a":${good} "b":1}`,
    `[${good} ${good}]`,
    `[1 ${good}]`,
  ];
  for (const text of broken) {
    assert.throws(() => JSON.parse(text), SyntaxError);
    await assert.rejects(long(text), { name: 'InvalidRequest', message: /^The body is not JSON: / }, text.slice(0, 30));
  }
  await assert.rejects(parseLongBody(Buffer.concat([Buffer.from(good), Buffer.from([0xff])])), /UTF-8/);
});

test('texts that can’t be stored are reported with their position', async () => {
  const filling = Array.from({ length: 30_000 }, (_, n) => `{"n":${n}}`).join(',');
  const cases: readonly (readonly [string, string])[] = [
    [`[${filling},{"name":{"value":"\\u0000"}}]`, '[30000].name.value'],
    [`{"a":{"b":[${filling},"\\ud800"]}}`, 'a.b[30000]'],
    [`{"a":[${filling}],"b":"\\u0000"}`, 'b'],
    [`{"a":{"\\u0000":[${filling}]}}`, 'a."\\u0000"'],
  ];
  for (const [text, place] of cases) {
    await assert.rejects(long(text), {
      name: 'BadRequestData',
      message: `${place}: got a NUL or half a surrogate pair, expected text`,
    });
  }
});

test('too many levels and too many members are refused', async () => {
  const deep = '['.repeat(300_000);
  await assert.rejects(long(deep), { name: 'BadRequestData', message: /deeper than 256 levels at byte 256$/ });
  const terms = JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`term${n}`, n])));
  await assert.rejects(long(`{"@context":${terms}}`), {
    name: 'BadRequestData',
    message: /^@context has more than 20000 members/,
  });
});
