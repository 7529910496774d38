import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refuses } from '../../../test/query/names.ts';
import { matchesScopes, parseScopeQuery } from './scope-query.ts';

describe('4.19 Scope queries', () => {
  const matches: readonly (readonly [text: string, scopes: string, expected: boolean])[] = [
    ['/Madrid', '/Madrid', true],
    ['/Madrid', 'Madrid', true],
    ['Madrid', '/Madrid', true],
    ['/Madrid', '/Madrid/Centro', false],
    ['/Madrid/#', '/Madrid', true],
    ['/Madrid/#', '/Madrid/Centro/Sol', true],
    ['/Madrid/#', '/Madrid2', false],
    ['/Madrid/+', '/Madrid/Centro', true],
    ['/Madrid/ ', '/Madrid/Centro', true],
    ['/Madrid/+', '/Madrid', false],
    ['/+/Centro', 'Madrid/Centro', true],
    ['/+/Centro/#', '/Madrid/Centro/Sol', true],
    ['/#', '/X', true],
    ['/#', '', false],
    ['/A,/B', '/B', true],
    ['/A|/B', '/C', false],
    ['/A;/B', '/A', false],
    ['/A;/B', '/A /B', true],
    ['(/A;/B),/C', '/C', true],
    ['/A;/B,/C', '/C', true],
    ['(/A/#;/B)|/C', '/A/x /B', true],
    ['"/CompanyA,CompanyB"', '/CompanyB', true],
    ['/Audun_le_Tiche', '/Audun_le_Tiche', true],
  ];
  for (const [text, scopes, expected] of matches) {
    test(`${text} ${expected ? 'matches' : 'does not match'} ${scopes || 'no scope'}`, () => {
      const given = scopes === '' ? undefined : scopes.split(' ');
      assert.equal(matchesScopes(parseScopeQuery(text), given), expected);
    });
  }
  const faults: readonly (readonly [string, RegExp])[] = [
    ['', /^scopeQ: got nothing/],
    ['//A', /^scopeQ: at 1: /],
    ['/9A', /^scopeQ: at 1: got "9A", expected a scope level/],
    ['/A-b', /^scopeQ: at 2: got "-b"/],
    ['/A/#/B', /^scopeQ: at 4: /],
    ['/A,', /^scopeQ: at 3: got the end/],
    ['(/A;/B', /^scopeQ: at 6: got the end, expected .*"\)"/],
    ['/A)', /^scopeQ: at 2: /],
    ['('.repeat(10_000), /at most 32 deep/],
  ];
  for (const [text, message] of faults) refuses(text, () => parseScopeQuery(text), message);
});
