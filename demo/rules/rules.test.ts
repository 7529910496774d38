import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LANGUAGES } from '@alzette/kit/languages';
import { alarmText } from '../../services/rules/src/alarm-register/alarm-text.ts';
import type { Condition } from '../../services/rules/src/contract/rule.ts';
import { checkRule } from '../../services/rules/src/document/check-rule.ts';
import { demoRules } from './rules.ts';

const DEMO_RULES = await demoRules();

describe('The rules of the demo', () => {
  for (const rule of DEMO_RULES) {
    test(`${rule.id} has no findings`, () => assert.deepEqual(checkRule(rule, DEMO_RULES), []));
  }

  test('put only values that they read into the title of an alarm', () => {
    for (const { id, text, steps = [], when } of DEMO_RULES) {
      const known = ['entity', 'value', ...attributesOf(when)];
      for (const words of [text, ...steps.map((step) => step.text)]) {
        const blanks = Object.values(words ?? {}).flatMap((line) => [...line.matchAll(/\{(\w+)\}/g)]);
        for (const [, name = ''] of blanks) assert.ok(known.includes(name), `${id}: ${name} is not read`);
      }
    }
  });

  test('write a level in percent, in each language', () => {
    const rule = DEMO_RULES.find(({ id }) => id === 'urn:ngsi-ld:Rule:container-full');
    assert.ok(rule);
    const entity = { id: 'urn:ngsi-ld:WasteContainer:1', type: 'WasteContainer', scope: [], name: 'C1', parents: {} };
    const { de, en, fr } = alarmText(rule, 'condition', entity, [{ attr: 'fillingLevel', value: 0.83, at: 0 }]);
    const plain = [fr, en, de].map((text) => text?.replaceAll(/\s/g, ' '));
    assert.deepEqual(plain, ['C1 est plein (taux 83 %)', 'C1 is full (level 83%)', 'C1 ist voll (Füllstand 83 %)']);
  });

  test('write no code of a data model into the title of an alarm, in any language', () => {
    let codes = 0;
    for (const rule of DEMO_RULES) {
      for (const { attr, value } of comparedCodes(rule.when)) {
        codes += 1;
        const entity = {
          id: 'urn:ngsi-ld:Streetlight:1',
          type: 'Streetlight',
          scope: [],
          name: 'VIL-045',
          parents: {},
        };
        const text = alarmText(rule, 'condition', entity, [{ attr, value, at: 0 }]);
        for (const language of LANGUAGES) {
          assert.ok(text[language]?.includes('VIL-045'), `${rule.id}: ${language}`);
          const words = text[language]?.split(/[\s:]+/) ?? [];
          // Some words are spelled as their code.
          const isWord = text.en === text[language] && /^[a-z]+$/.test(value);
          assert.ok(isWord || !words.includes(value), `${rule.id}: ${text[language]}`);
          assert.doesNotMatch(text[language] ?? '', /\b[a-z]+[A-Z]\w*/, rule.id);
        }
      }
    }
    assert.ok(codes > 10, `only ${codes} codes`);
  });
});

/** The attributes that a rule reads: only these have values in its texts. */
function attributesOf(condition: Condition | undefined): string[] {
  if (condition === undefined) return [];
  if ('all' in condition) return condition.all.flatMap(attributesOf);
  if ('any' in condition) return condition.any.flatMap(attributesOf);
  return 'attr' in condition && condition.attr !== undefined ? [condition.attr] : [];
}

/** The texts with which a condition compares an attribute. */
function comparedCodes(condition: Condition | undefined): { attr: string; value: string }[] {
  if (condition === undefined) return [];
  if ('all' in condition) return condition.all.flatMap(comparedCodes);
  if ('any' in condition) return condition.any.flatMap(comparedCodes);
  if (!('attr' in condition && 'value' in condition)) return [];
  const { attr, value } = condition;
  return [value].flat().flatMap((code) => (typeof code === 'string' ? [{ attr, value: code }] : []));
}
