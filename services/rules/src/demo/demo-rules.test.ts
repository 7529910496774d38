import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkRule } from '../document/check-rule.ts';
import { DEMO_RULES } from './demo-rules.ts';

describe('The rules of the demo', () => {
  for (const rule of DEMO_RULES) {
    test(`${rule.id} has no findings`, () => assert.deepEqual(checkRule(rule, DEMO_RULES), []));
  }
});
