import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { directionsLink } from './directions.ts';

describe('directionsLink', () => {
  const table: [device: string, userAgent: string, link: string][] = [
    ['Android', 'Mozilla/5.0 (Linux; Android 15; Pixel 8)', 'geo:49.47,5.93?q=49.47,5.93(Rue%20Foch)'],
    ['an iPhone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', 'maps:?daddr=49.47,5.93'],
    ['an iPad', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 'maps:?daddr=49.47,5.93'],
  ];
  for (const [device, userAgent, link] of table) {
    test(`on ${device}`, () => assert.equal(directionsLink([5.93, 49.47], 'Rue Foch', userAgent), link));
  }
});
