import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { readStrategy } from '@alzette/lighting';
import { INITIAL, TWO_THRESHOLDS } from '../lighting/strategies.ts';
import { readLampOrder } from './downlinks.ts';

const CODEC = readFileSync(new URL('./codecs/lamp.js', import.meta.url), 'utf8');

function encode(data: object): Buffer {
  const { bytes, fPort } = runInNewContext(`${CODEC}; encodeDownlink(input)`, { input: { data } });
  assert.equal(fPort, 20);
  assert.ok(bytes.length <= 222, `${bytes.length} bytes`);
  return Buffer.from(bytes);
}

/** The strategy without names, which are not sent. */
function plain(document: object) {
  const { window, programmes, calendar } = readStrategy(document);
  const names = Object.keys(programmes);
  const numbered = (name: string) => `p${names.indexOf(name)}`;
  return {
    window,
    programmes: Object.fromEntries(names.map((name) => [numbered(name), programmes[name]])),
    calendar: {
      defaultProgramme: numbered(calendar.defaultProgramme),
      rules: calendar.rules.map(({ name: _, programme, ...rule }) => ({ ...rule, programme: numbered(programme) })),
    },
  };
}

describe('A downlink to a lamp of the demo', () => {
  const SUNNY = {
    name: 'Sun',
    on: 'civilDusk-00:10',
    off: 'sunrise+01:15',
    programmes: { a: { level: 0.85, slots: [{ from: 'sunset+02:00', to: '00:00', level: 0.05 }] }, b: { level: 0 } },
    calendar: {
      rules: [
        { from: '12-20', to: '01-06', weekdays: [5, 6], programme: 'b' },
        { from: '2026-05-01', to: '2033-05-02', programme: 'a' },
      ],
      defaultProgramme: 'a',
    },
  };
  for (const document of [INITIAL.document, TWO_THRESHOLDS.document, SUNNY]) {
    test(`contains the strategy "${document.name}"`, () => {
      const order = readLampOrder(encode({ strategy: document, commune: 'Thil' }));
      assert.ok(order.kind === 'strategy' && order.strategy);
      const { window, programmes, calendar } = order.strategy;
      assert.deepEqual({ window, programmes, calendar }, plain(document));
    });
  }

  test('leaves out rules of other communes, and contains explicit days', () => {
    const rules = [
      { zones: ['Aumetz'], from: '01-01', to: '12-31', programme: 'b' },
      { zones: ['Thil'], dates: ['2026-12-24', '2026-12-31'], programme: 'b' },
    ];
    const document = { ...SUNNY, calendar: { rules, defaultProgramme: 'a' } };
    const order = readLampOrder(encode({ strategy: document, commune: 'Thil' }));
    assert.ok(order.kind === 'strategy');
    assert.deepEqual(order.strategy?.calendar.rules, [
      { from: '2026-12-24', to: '2026-12-24', programme: 'p1' },
      { from: '2026-12-31', to: '2026-12-31', programme: 'p1' },
    ]);
  });

  test('contains a level, the return to the programme, or nothing', () => {
    assert.deepEqual(readLampOrder(encode({ level: 0.35 })), { kind: 'level', level: 0.35 });
    assert.deepEqual(readLampOrder(encode({ level: 'programme' })), { kind: 'programme' });
    assert.deepEqual(readLampOrder(encode({ strategy: null })), { kind: 'strategy', strategy: null });
    assert.throws(() => readLampOrder(Buffer.from([1, 0, 0])), RangeError);
  });
});
