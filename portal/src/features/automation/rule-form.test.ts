import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleDocument } from '@alzette/rules/contract';
import { formOf, NEW_RULE, ruleOf } from './rule-form.ts';

const BASE = {
  id: 'urn:ngsi-ld:Rule:a',
  name: { fr: 'Pile faible', en: 'Battery low' },
  enabled: true,
  scope: { types: ['Device'] },
  severity: 'low',
} as const;
const THRESHOLD = { attr: 'batteryLevel', op: '<', value: 20, unit: 'P1' } as const;

const KEPT: readonly [string, RuleDocument][] = [
  [
    'a threshold that ends by another',
    { ...BASE, when: THRESHOLD, clear: { when: { ...THRESHOLD, op: '>', value: 35 } }, for: 'PT6H' },
  ],
  ['codes', { ...BASE, when: { attr: 'status', op: '==', value: ['dropped', 'moved'] }, clear: { whenOver: true } }],
  [
    'an aggregate in communes',
    {
      ...BASE,
      scope: { types: ['Device'], scopeQ: '/Thil/#,/Aumetz/#' },
      when: { attr: 'no2', agg: 'avg', window: 'PT1H', op: '>', value: 200 },
      clear: { whenOver: true },
    },
  ],
  [
    'two that are joined',
    { ...BASE, when: { any: [THRESHOLD, { attr: 'isOn', op: '==', value: true }] }, clear: { whenOver: true } },
  ],
  ['silence', { ...BASE, absence: { after: 'P1D' } }],
  [
    'what the form does not show',
    {
      ...BASE,
      when: THRESHOLD,
      clear: { whenOver: true },
      actions: [{ on: 'raise', type: 'notify', channel: 'mail' }],
    },
  ],
];
for (const [what, rule] of KEPT) {
  test(`the form reproduces a rule: ${what}`, () => {
    const form = formOf(rule, 'fr');
    assert.ok(form);
    assert.deepEqual(ruleOf(form, 'fr'), rule);
  });
}

const BEYOND: readonly [string, object][] = [
  ['the time of day', { when: { all: [THRESHOLD, { during: { from: 'sunset' } }] }, clear: { whenOver: true } }],
  ['another attribute', { when: { attr: 'a', op: '>', value: { attr: 'b' } }, clear: { whenOver: true } }],
  ['another end', { when: THRESHOLD, clear: { when: { attr: 'status', op: '==', value: 'ok' } } }],
  ['a query', { scope: { types: ['Device'], q: 'a==1' }, when: THRESHOLD, clear: { whenOver: true } }],
];
for (const [what, parts] of BEYOND) {
  test(`a rule that the form can’t show is edited as a document: ${what}`, () => {
    assert.equal(formOf({ ...BASE, ...parts }, 'fr'), undefined);
  });
}

test('a new rule is off and has a name in both required languages', () => {
  const form = {
    ...NEW_RULE,
    id: 'urn:ngsi-ld:Rule:b',
    name: 'Voll',
    type: 'WasteContainer',
    rows: [{ ...NEW_RULE.rows[0], attr: 'fillingLevel', agg: '', window: 60, op: '>=', value: '0,8' } as const],
  };
  const rule = ruleOf(form, 'de');
  assert.deepEqual(
    [rule.name, rule.enabled, rule.when],
    [{ fr: 'Voll', en: 'Voll', de: 'Voll' }, false, { attr: 'fillingLevel', op: '>=', value: 0.8 }],
  );
});
