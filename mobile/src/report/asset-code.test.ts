import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAssetCode } from './asset-code.ts';

const LAMP = 'urn:ngsi-ld:Streetlight:villerupt-001';

describe('readAssetCode', () => {
  const table: [said: string, code: ReturnType<typeof readAssetCode>][] = [
    [`https://alzette.example/app/e/${encodeURIComponent(LAMP)}`, { id: LAMP }],
    [`https://alzette.example/e/${encodeURIComponent(LAMP)}?from=label`, { id: LAMP }],
    [LAMP, { id: LAMP }],
    ['https://alzette.example/app/e/villerupt-001', { number: 'villerupt-001' }],
    ['villerupt-001', { number: 'villerupt-001' }],
    [' N° 4 127 ', { number: '4127' }],
    ['https://elsewhere.example/menu', undefined],
    ['100 % bio', undefined],
    ['', undefined],
  ];
  for (const [said, code] of table) {
    test(`${said || 'nothing'}: ${JSON.stringify(code)}`, () => assert.deepEqual(readAssetCode(said), code));
  }
});
