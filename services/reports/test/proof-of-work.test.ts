import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { PLACE, solve, startReportHost } from './support/report-host.ts';

const FIRST_BITS = 8;
const MOST_BITS = 16;

test('the proof of work grows with the posts of a network, within what a slow phone does, and nobody else makes it grow', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const { app, ask } = await startReportHost(t, db, { jobs: true });
  const headers = { 'ngsild-tenant': freshTenant() };
  const settings = { proofBits: FIRST_BITS, postsPerAddressAndHour: 3, postsPerDeviceAndHour: 2 };
  assert.equal((await ask('PUT', '/reports/settings', settings, headers)).status, 200);
  assert.equal((await ask('PUT', '/reports/settings', { proofBits: 21 }, headers)).status, 400);
  const [school, home] = ['2001:db8::1', '2001:db8:0:1::1'];
  const challenge = async (remoteAddress: string) => {
    const url = '/citizen/v1/reports/challenge';
    return (await app.inject({ url, headers, remoteAddress })).json() as { challenge: string; bits: number };
  };
  const post = async (remoteAddress: string, more: object = {}) => {
    const { challenge: text, bits } = await challenge(remoteAddress);
    const proof = { challenge: text, nonce: solve(text, bits) };
    const payload = { category: 'pothole', location: PLACE, proof, ...more };
    const own = { ...headers, 'idempotency-key': crypto.randomUUID() };
    const sent = { method: 'POST', url: '/citizen/v1/reports', headers: own, payload, remoteAddress } as const;
    return (await app.inject(sent)).statusCode;
  };
  for (let n = 0; n < 200; n++) await challenge(school);
  assert.equal((await challenge(school)).bits, FIRST_BITS, 'reading costs the others nothing');
  for (let n = 0; n < 20; n++) assert.equal(await post(school, { proof: { challenge: '1.2.3.4', nonce: '' } }), 400);
  assert.equal((await challenge(school)).bits, FIRST_BITS, 'nor do invalid posts');

  // Without the token of a device a network is limited, with it each device is.
  assert.deepEqual(
    [await post(school), await post(school), await post(school), await post(school)],
    [201, 201, 201, 429],
  );
  for (let n = 0; n < 13; n++) assert.equal(await post(school, { device: `device-of-pupil-${100 + n}` }), 201);
  const [again, third] = [{ device: 'device-of-pupil-100' }, { device: 'device-of-pupil-100' }];
  assert.deepEqual([await post(school, again), await post(school, third)], [201, 429]);
  assert.equal((await challenge(school)).bits, FIRST_BITS + 4, '17 posts');
  assert.equal((await challenge(home)).bits, FIRST_BITS, 'another network');
  const elsewhere = { 'ngsild-tenant': freshTenant() };
  assert.equal((await ask('PUT', '/reports/settings', settings, elsewhere)).status, 200);
  const url = '/citizen/v1/reports/challenge';
  const neighbours = (await app.inject({ url, headers: elsewhere, remoteAddress: school })).json() as { bits: number };
  assert.equal(neighbours.bits, FIRST_BITS, 'another collectivity');

  await db.query({ text: `UPDATE reports.rate SET n = 1000000 WHERE subject LIKE 'spent:%'` });
  assert.equal((await challenge(school)).bits, MOST_BITS, 'never minutes');
});
