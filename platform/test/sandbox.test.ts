import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { type AskProduct, listDocuments, mustAnswer, putDocument } from '@alzette/packs/kinds';
import { kindsOf } from '../src/territory-files/configuration-kinds.ts';
import { askAs } from './support/ask-as.ts';
import { EXAMPLES } from './support/document-examples.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';

const SANDBOX = 'sandbox';
/** Policies are rights, which stay. */
const KINDS = kindsOf(SANDBOX).filter(({ folder }) => folder !== 'policies');
const LAMPS =
  '/ngsi-ld/v1/entities?type=https%3A%2F%2Fsmartdatamodels.org%2FdataModel.Streetlighting%2FStreetlight&limit=1000';

interface Lamp {
  readonly id: string;
}

test('the sandbox is restored in all services: what others wrote is gone, its keys stay valid', async (t) => {
  const platform = await startGuardedPlatform(t, { SANDBOX, OUTGOING: '127.0.0.0/8' });
  const authorization = await platform.authorizationOf('root', 'administrator');
  const ask = patient(askAs(platform.app, authorization, SANDBOX).ask);
  const here = askAs(platform.app, authorization);
  const runs = async () => {
    const { lastRun } = (await here.done('GET', '/ops/jobs/opendata.restore-sandbox')) as {
      lastRun?: { state: string; id: string };
    };
    return lastRun;
  };
  await eventually('it is filled', async () => (await runs())?.state === 'completed');
  const first = await runs();

  const page = await platform.app.inject({
    method: 'POST',
    url: '/developers?lang=en',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'form=sandbox',
  });
  const [, key = ''] = /data-secret="sandbox">(alz_[^<]+)</.exec(page.body) ?? [];
  const withKey = (method: 'GET' | 'POST', url: string, body?: object) =>
    eventually('the key is not limited', async () => {
      const answer = await platform.app.inject({
        method,
        url,
        headers: { 'x-api-key': key, 'ngsild-tenant': SANDBOX, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { payload: JSON.stringify(body) }),
      });
      return answer.statusCode !== 429 && answer.statusCode;
    });

  const before = await documentsIn(ask);
  const lamps = ((await mustAnswer(ask, 'GET', LAMPS)) as Lamp[]).map(({ id }) => id);
  assert.ok(lamps.length > 0);
  for (const kind of KINDS) {
    const document = EXAMPLES[kind.folder]?.document;
    assert.ok(document, kind.folder);
    await putDocument(ask, kind, document);
    if (kind.folder === 'groups') await putDocument(here.ask, kind, document);
  }
  const bench = { id: 'urn:ngsi-ld:Streetlight:stranger', type: 'Streetlight' };
  assert.equal(await withKey('POST', '/ngsi-ld/v1/entities', bench), 201);
  const written = await documentsIn(ask);
  for (const { folder } of KINDS) assert.notDeepEqual(written[folder], before[folder], folder);

  await here.done('POST', '/ops/jobs/opendata.restore-sandbox/run', {});
  await eventually('it is restored', async () => {
    const last = await runs();
    assert.notEqual(last?.state, 'failed', JSON.stringify(last));
    return last?.id !== first?.id && last?.state === 'completed';
  });
  assert.deepEqual(await documentsIn(ask), before);
  const left = ((await mustAnswer(ask, 'GET', LAMPS)) as Lamp[]).map(({ id }) => id);
  assert.deepEqual(left.sort(), lamps.sort());
  assert.equal(await withKey('GET', `/ngsi-ld/v1/entities/${bench.id}`), 404);
  assert.equal(await withKey('GET', `/ngsi-ld/v1/entities/${lamps[0]}`), 200, 'the key is still valid');
  const { groups } = (await here.done('GET', '/channels/groups')) as { groups: readonly Lamp[] };
  assert.ok(
    groups.some(({ id }) => id === 'each-kind'),
    'what is elsewhere stays',
  );
});

/** The sandbox takes 20 requests a second. */
function patient(ask: AskProduct): AskProduct {
  return (...request) =>
    eventually('it is taken', async () => {
      const answer = await ask(...request);
      return answer.status !== 429 && answer;
    });
}

async function documentsIn(ask: AskProduct): Promise<Record<string, unknown>> {
  const all = await Promise.all(KINDS.map(async (kind) => [kind.folder, await listDocuments(ask, kind)] as const));
  return Object.fromEntries(all);
}
