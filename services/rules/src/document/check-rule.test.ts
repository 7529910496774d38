import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { durationMs, durationText } from '../calendar/duration.ts';
import type { RuleDocument } from '../contract/rule.ts';
import { checkRule } from './check-rule.ts';

const FULL: RuleDocument = {
  id: 'urn:ngsi-ld:Rule:container-full',
  name: { fr: 'Conteneur plein', en: 'Container full' },
  scope: { types: ['WasteContainer'], q: 'storedWasteKind=="glass"', scopeQ: '/#' },
  when: { all: [{ attr: 'fillingLevel', agg: 'avg', window: 'PT2H', op: '>=', value: 0.8 }] },
  for: 'PT30M',
  clear: { when: { attr: 'fillingLevel', op: '<', value: 0.6 }, for: 'PT10M' },
  absence: { attr: 'fillingLevel', after: 'PT24H', severity: 'low' },
  schedule: { days: [1, 2, 3, 4, 5, 6], from: '06:00', to: '20:00', holidays: 'skip' },
  dedup: { key: ['rule', 'entity'], minInterval: 'PT4H' },
  severity: 'high',
  suppressIf: ['maintenance', { parentAlarm: 'refWasteContainerIsle' }],
  actions: [
    { on: 'raise', type: 'notify', channel: 'push', to: 'group:dechets' },
    { on: 'raise', type: 'notify', channel: 'email', to: 'roster:astreinte', after: 'PT2H', unless: 'acknowledged' },
    { on: 'clear', type: 'update', attr: 'status', value: 'ok' },
  ],
};

const LEVEL = { attr: 'fillingLevel', op: '>=', value: 0.8 };
const HIGHER = { severity: 'critical', when: { ...LEVEL, value: 0.95 }, for: 'PT5M' };

/** The rule with other members, e.g. another condition in `when`; undefined removes a member. */
function withMembers(members: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify({ ...FULL, ...members }));
}

describe('The check of a rule', () => {
  test('accepts a valid rule', () => {
    assert.deepEqual(checkRule(FULL, []), []);
  });

  const refused: [string, Record<string, unknown>, string, RegExp?][] = [
    ['an attribute of another name', { when: { ...LEVEL, attr: 'filingLevel' } }, 'when.attr', /fillingLevel/],
    ['a type of another name', { scope: { types: ['WasteContaner'] } }, 'scope.types[0]', /WasteContainer/],
    ['a unit of something else', { when: { ...LEVEL, unit: 'CEL' } }, 'when.unit'],
    ['a unit that is none', { when: { attr: 'temperature', op: '>', value: 60, unit: 'CELL' } }, 'when.unit'],
    ['an unknown unit', { when: { attr: 'temperature', op: '>', value: 60, unit: 'ZZZ' } }, 'when.unit'],
    ['a percentage where a ratio is kept', { when: { ...LEVEL, value: 80 } }, 'when.value', /0\.8/],
    [
      'a value that is not among those of the model',
      { when: { attr: 'status', op: '==', value: 'burnin' } },
      'when.value',
      /burning/,
    ],
    ['text for a number', { when: { ...LEVEL, value: 'full' } }, 'when.value'],
    ['an order of a Relationship', { when: { attr: 'refWasteContainerIsle', op: '>', value: 'urn:x:y' } }, 'when.op'],
    ['no clear', { clear: undefined }, 'clear', /"op":"<"|whenOver/],
    ['steps without when', { when: undefined, clear: undefined, steps: [HIGHER] }, 'steps'],
    ['a step that is not more severe', { severity: 'critical', steps: [HIGHER] }, 'steps[0].severity'],
    [
      'steps out of order',
      { severity: 'low', steps: [HIGHER, { ...HIGHER, severity: 'medium' }] },
      'steps[1].severity',
    ],
    [
      'a step on an attribute of another name',
      { steps: [{ ...HIGHER, when: { ...LEVEL, attr: 'filingLevel' } }] },
      'steps[0].when.attr',
      /fillingLevel/,
    ],
    ['a step without a condition', { steps: [{ severity: 'critical' }] }, 'steps[0].when'],
    ['neither when nor absence', { when: undefined, clear: undefined, absence: undefined }, 'when'],
    ['a misspelt member', { when: { attr: 'fillingLevel', op: '>=', vaule: 0.8 } }, 'when.vaule', /value/],
    ['a misspelt member of the rule', { absense: {} }, 'absense', /absence/],
    ['a condition that is none', { when: { attribute: 'fillingLevel' } }, 'when'],
    ['an operator that is none', { when: { ...LEVEL, op: '=>' } }, 'when.op'],
    ['a window without length', { when: { ...LEVEL, agg: 'avg', window: 'PT0S' } }, 'when.window'],
    ['a window of months', { when: { ...LEVEL, agg: 'avg', window: 'P1M' } }, 'when.window'],
    ['the mean of text', { when: { attr: 'status', agg: 'avg', window: 'PT1H', op: '>', value: 1 } }, 'when.agg'],
    ['a duration that is none', { for: '30 minutes' }, 'for'],
    ['a time that is none', { schedule: { from: '6:00' } }, 'schedule.from'],
    ['a weekday that is none', { schedule: { days: [0] } }, 'schedule.days[0]'],
    ['a zone that is none', { schedule: { timeZone: 'Europe/Villerupt' } }, 'schedule.timeZone'],
    ['an action that is none', { actions: [{ on: 'raise', type: 'fax' }] }, 'actions[0].type'],
    [
      'an action on a value that is none',
      { actions: [{ on: 'clear', type: 'update', attr: 'status', value: 'fine' }] },
      'actions[0].value',
    ],
    [
      'a parent that is no Relationship',
      { suppressIf: [{ parentAlarm: 'fillingLevel' }] },
      'suppressIf[0].parentAlarm',
    ],
    ['a severity that is none', { severity: 'urgent' }, 'severity'],
    ['an id that is no URN', { id: 'container-full' }, 'id'],
    [
      'a nested mistake',
      { when: { any: [LEVEL, { not: { ...LEVEL, attr: 'fillinglevel' } }] } },
      'when.any[1].not.attr',
      /fillingLevel/,
    ],
    ['a document beyond all bounds', { description: { fr: 'x'.repeat(40_000), en: 'x' } }, 'rule'],
  ];
  for (const [what, members, member, meant] of refused) {
    test(`refuses ${what}, naming ${member}`, () => {
      const errors = checkRule(withMembers(members), []).filter(({ level }) => level === 'error');
      const found = errors.find((each) => each.member === member);
      assert.ok(found, `errors: ${JSON.stringify(errors)}`);
      if (meant) assert.match(found.didYouMean ?? '', meant);
    });
  }

  const warned: [string, Record<string, unknown>, string][] = [
    ['of an attribute that no model knows', { when: { ...LEVEL, attr: 'vandalismRisk' } }, 'when.attr'],
    [
      'of a clear that holds for what raises',
      { when: LEVEL, clear: { when: { ...LEVEL, value: 0.7 } } },
      'clear.when.op',
    ],
    [
      'of a clear beyond what raises',
      { when: LEVEL, clear: { when: { ...LEVEL, op: '<', value: 0.9 } } },
      'clear.when.value',
    ],
    [
      'of a clear without distance',
      { when: LEVEL, clear: { when: { ...LEVEL, op: '<', value: 0.8 } } },
      'clear.when.value',
    ],
  ];
  for (const [what, members, member] of warned) {
    test(`warns ${what}, and does not refuse`, () => {
      const findings = checkRule(withMembers(members), []);
      assert.deepEqual(
        findings.map(({ level, member: at }) => [level, at]),
        [['warning', member]],
      );
    });
  }

  const writer = (id: string, reads: string, writes: string, value: unknown): RuleDocument => ({
    ...FULL,
    id: `urn:ngsi-ld:Rule:${id}`,
    when: { attr: reads, op: '!=', value: 'unknown' },
    clear: { whenOver: true },
    actions: [{ on: 'raise', type: 'update', attr: writes, value: value as string }],
  });

  test('refuses a rule that writes what it reads', () => {
    const [finding] = checkRule(writer('own', 'status', 'status', 'ok'), []);
    assert.equal(finding?.member, 'actions[0].attr');
    assert.match(finding?.expected ?? '', /Rule:own → urn:ngsi-ld:Rule:own/);
  });

  test('refuses rules that write each other’s input, through a third one', () => {
    const others = [writer('b', 'serialNumber', 'binColor', 'red'), writer('c', 'binColor', 'isleId', 'x')];
    const [finding] = checkRule(writer('a', 'isleId', 'serialNumber', 'x'), others);
    assert.match(finding?.expected ?? '', /Rule:a → urn:ngsi-ld:Rule:b → urn:ngsi-ld:Rule:c → urn:ngsi-ld:Rule:a/);
    const elsewhere = others.map((rule) => ({ ...rule, scope: { types: ['Streetlight'] } }));
    assert.deepEqual(checkRule(writer('a', 'isleId', 'serialNumber', 'x'), elsewhere), []);
    const off = others.map((rule) => ({ ...rule, enabled: false }));
    assert.deepEqual(checkRule(writer('a', 'isleId', 'serialNumber', 'x'), off), []);
  });
});

describe('Durations', () => {
  for (const [text, ms] of [
    ['PT30M', 1_800_000],
    ['P1DT1H', 90_000_000],
    ['P2W', 1_209_600_000],
    ['PT0.5S', 500],
    ['PT90S', 90_000],
  ] as const) {
    test(`${text} is ${ms} ms`, () => {
      assert.equal(durationMs(text), ms);
      assert.equal(durationMs(durationText(ms)), ms);
    });
  }
  for (const text of ['P', 'PT', 'P1M', 'P1Y', '30M', 'PT-5M', '']) {
    test(`"${text}" is not a duration`, () => assert.equal(durationMs(text), undefined));
  }
});
