import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../../broker/test/fuzz/raw-exchange.ts';
import { borderFaults } from './border-faults.ts';
import type { BorderRequest } from './border-request.ts';

function faults(method: string, status: number, body: string): string[] {
  const request: BorderRequest = {
    operation: `${method} /ngsi-ld/v1/subscriptions/{id}`,
    role: 'administrator',
    tenant: 'alpha',
    isCredentialGood: true,
    isPlain: false,
    method,
    path: '/ngsi-ld/v1/subscriptions/none',
    headers: [],
    body: undefined,
  };
  return borderFaults(request, 'read', { status, body, headers: new Map(), ms: 1 } as Answer);
}

const NOT_AVAILABLE = '{"type":"https://uri.etsi.org/ngsi-ld/errors/LdContextNotAvailable","status":504}';

test('an unavailable @context is not a server error, in any operation; other 5xx are', () => {
  assert.deepEqual(faults('PATCH', 504, NOT_AVAILABLE), []);
  assert.deepEqual(faults('HEAD', 504, ''), [], 'an answer to HEAD has no body');
  assert.deepEqual(faults('GET', 501, ''), []);
  for (const [method, status, body] of [
    ['PATCH', 504, '{"title":"Temporarily unavailable"}'],
    ['GET', 503, NOT_AVAILABLE],
    ['HEAD', 500, ''],
    ['GET', 502, ''],
  ] as const) {
    assert.deepEqual(faults(method, status, body), [`the server is at fault: ${status}`]);
  }
});
