import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientKind, clientScopes } from './client.ts';

const CODE = ['authorization_code', 'refresh_token'];
const CASES = [
  ['machine', { grant_types: ['client_credentials'] }],
  [
    'device',
    {
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    },
  ],
  ['public', { grant_types: CODE, token_endpoint_auth_method: 'none' }],
  ['web', { grant_types: CODE }],
] as const;

for (const [kind, metadata] of CASES) {
  test(`a client of kind ${kind} is known by its metadata`, () => assert.equal(clientKind({ metadata }), kind));
}

test('what it may ask is told without the name of the product', () => {
  assert.deepEqual(clientScopes({ metadata: { alzette_api: ['alzette:read', 'alzette:write'] } }), ['read', 'write']);
  assert.deepEqual(clientScopes({ metadata: {} }), []);
});
