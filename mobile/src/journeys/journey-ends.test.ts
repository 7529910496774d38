import assert from 'node:assert/strict';
import { test } from 'node:test';

test('ends of journeys are read from the address of the page, and asked for to about 100 metres', async () => {
  Object.assign(globalThis, { localStorage: { getItem: () => null, setItem: () => {} } });
  const { endOf, journeyPath, parameterOf } = await import('../departures/journey-ends.ts');
  const thil = { name: 'Thil, Mairie', at: [5.91234, 49.47123] } as const;
  assert.deepEqual(endOf(parameterOf(thil)), { name: 'Thil, Mairie', at: [5.912, 49.471] });
  assert.deepEqual(['', 'x,1,Thil', undefined].map(endOf), [undefined, undefined, undefined]);
  assert.equal(
    journeyPath({ from: thil, to: thil }),
    '/citizen/v1/journeys?fromLongitude=5.912&fromLatitude=49.471&toLongitude=5.912&toLatitude=49.471',
  );
});
