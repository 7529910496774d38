import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { Agent } from 'undici';
import { shareTrustedOrigins, trustedOrigins } from './trusted-origins.ts';

const refusal = { allowed: false, reason: 'is not a public address' } as const;
const refusing = () => trustedOrigins({ check: async () => refusal, dispatcher: new Agent() });

test('a server of the product is trusted by its whole origin, and no other one beside it', async () => {
  const { outgoing, add } = refusing();
  add('http://127.0.0.1:4000');
  const isAllowed = async (url: string) => (await outgoing.check(url)).allowed;
  assert.ok(await isAllowed('http://127.0.0.1:4000/FR-fluo/gtfs.zip'));
  for (const url of ['http://127.0.0.1:4001/', 'https://127.0.0.1:4000/', 'http://127.0.0.1:4000@10.0.0.1/', 'x'])
    assert.equal(await isAllowed(url), false, url);
});

test('what one worker trusts the others trust, also those that start later', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const start = async () => {
    const shared = await shareTrustedOrigins(db, refusing());
    t.after(() => shared.close());
    return shared;
  };
  const trusts = ({ outgoing }: Awaited<ReturnType<typeof start>>) =>
    eventually('it is trusted', async () => (await outgoing.check('http://127.0.0.1:4000/a')).allowed);
  const [first, second] = [await start(), await start()];
  first.add('http://127.0.0.1:4000');
  await trusts(second);
  await trusts(await start());
  assert.equal((await second.outgoing.check('http://127.0.0.1:4001/')).allowed, false);
});
