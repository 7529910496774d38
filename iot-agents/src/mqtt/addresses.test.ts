import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mqttAddresses } from './addresses.ts';

const CASES = [
  { embedded: undefined, url: undefined, expected: [] },
  { embedded: { port: 1883 }, url: undefined, expected: [{ port: 1883, tls: false }] },
  {
    embedded: { port: 1883, tlsPort: 8884 },
    url: undefined,
    expected: [
      { port: 8884, tls: true },
      { port: 1883, tls: false },
    ],
  },
  {
    embedded: undefined,
    url: 'mqtt://user:secret@broker.example.org',
    expected: [{ host: 'broker.example.org', port: 1883, tls: false }],
  },
  {
    embedded: undefined,
    url: 'mqtts://[2001:db8::1]:8885',
    expected: [{ host: '2001:db8::1', port: 8885, tls: true }],
  },
  {
    embedded: undefined,
    url: 'wss://broker.example.org/mqtt',
    expected: [{ host: 'broker.example.org', port: 443, tls: true, webSocketPath: '/mqtt' }],
  },
] as const;

for (const { embedded, url, expected } of CASES) {
  test(`devices publish at ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(mqttAddresses(embedded, url), expected);
  });
}
