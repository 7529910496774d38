import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '@alzette/broker';
import { ownDatabase } from '../../../platform/test/support/own-database.ts';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { systemService } from '../src/service.ts';

const server = process.env.TEST_DATABASE_URL;

test('administrators see lags, size and growth; the public sees a page in its language', async (t) => {
  const own = server === undefined ? undefined : await ownDatabase(server, 'system');
  const db = await openDatabase(own === undefined ? {} : { url: own.url });
  let ingest = 0;
  const service = systemService({
    version: '1.2.3',
    dataDir: join(tmpdir(), 'alzette-system', 'nothing stored yet'),
    certificates: {},
    readMetrics: async () => '',
    ingestLag: async () => ingest,
    usageOf: async () => new Map(),
  });
  const host = await startServiceHost(t, db, [service], { access: 'enforced' });
  t.after(async () => {
    await db.close();
    await own?.drop();
  });
  const admin = { authorization: await host.authorizationOf({ sub: 'admin', roles: ['administrator'] }) };
  await db.query({
    text: `INSERT INTO system.measure SELECT now() - n * interval '5 min', 1e9 - n * 1e6, 0, 0, 0 FROM generate_series(1, 1000) n
           WHERE now() - n * interval '5 min' NOT BETWEEN now() - interval '30 h' AND now() - interval '20 h'`,
  });
  await host.startDemo();

  assert.equal((await host.ask('GET', '/ops/system')).status, 401);
  const { body } = await host.ask('GET', '/ops/system', undefined, admin);
  assert.equal(body.version, '1.2.3');
  assert.ok(body.database.bytes > 1e6 && body.disk.freeBytes > 0 && body.memoryBytes > 0);
  assert.deepEqual(body.lags, { notifications: 0, ingest: 0, rules: 0 });
  assert.ok(body.database.growth !== undefined, 'measures of more than a day');
  const up = body.days.map((day: { up: number }) => day.up);
  assert.ok(up.length >= 4 && Math.min(...up) < 1 && Math.max(...up) > 0.95, `ten hours were missed: ${up}`);

  const { body: open } = await host.ask('GET', '/public/status');
  assert.equal(open.state, 'good');
  const page = await host.ask('GET', '/status', undefined, { 'accept-language': 'de-LU, fr;q=0.5' });
  assert.match(page.body, /<html lang="de">[\s\S]*Alles funktioniert/);

  const { body: norms } = await host.ask('GET', '/public/compliance');
  const portal = norms.find(({ id }: { id: string }) => id === 'rgaa-portal');
  assert.equal(portal.version, '4.1.2');
  assert.deepEqual(
    portal.notMet.filter(({ plan }: { plan?: object }) => plan === undefined),
    [],
    'what is not met has a plan',
  );
  const { body: norm } = await host.ask('GET', '/public/compliance/rgaa-portal');
  assert.equal(norm.themes.flatMap(({ criteria }: { criteria: object[] }) => criteria).length, 106);
  assert.equal((await host.ask('GET', '/public/compliance/iso-9001')).status, 404);
  const compliance = await host.ask('GET', '/compliance/rgaa-portal?lang=lb');
  assert.match(compliance.body, /<html lang="lb">[\s\S]*RGAA: Accessibilitéit vum Portal[\s\S]*every-page\.test\.ts/);
  assert.match((await host.ask('GET', '/compliance?lang=en')).body, /What is not met/);

  ingest = 301;
  const slow = await host.ask('GET', '/status?lang=en', undefined, { 'accept-language': 'de' });
  assert.match(slow.body, /The service answers, but is behind[\s\S]*Data of sensors<\/span> <strong>behind/);
});
