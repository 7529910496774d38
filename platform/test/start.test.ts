import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { demoReports } from '../../demo/reports/examples.ts';
import { WORK_ORDER_STATUSES } from '../../services/alarms/src/contract/contract.ts';
import { territoryLink } from './support/lamps.ts';
import { onServer } from './support/own-database.ts';
import { freePort, type PlatformProcess, runToExit, startPlatformProcess } from './support/platform-process.ts';

async function countOf(url: string, type: string, q: string): Promise<number> {
  const query = `type=${type}&limit=1&count=true&q=${q}`;
  const response = await fetch(`${url}/ngsi-ld/v1/entities?${query}`, { headers: territoryLink(url) });
  assert.equal(response.status, 200);
  return Number(response.headers.get('ngsild-results-count'));
}

describe('a start that fails', () => {
  test('lists every invalid setting, one per line, and exits with 1', async () => {
    const { code, output } = await runToExit({ PORT: 'http', DEMO: 'maybe' });
    assert.equal(code, 1);
    assert.deepEqual(output.trim().split('\n'), [
      'PORT: got "http", expected a port, 1 to 65535',
      'DEMO: got "maybe", expected on or off',
    ]);
  });

  test('names a port in use in one line', async (t) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    t.after(() => holder.close());
    const { port } = holder.address() as { port: number };
    for (const [setting, other] of [
      ['PORT', 'MQTT_PORT'],
      ['MQTT_PORT', 'PORT'],
    ] as const) {
      const { code, output } = await runToExit({ [setting]: String(port), [other]: String(await freePort()) });
      assert.equal(code, 1);
      assert.equal(output.trim().split('\n').length, 1, output);
      assert.match(output, new RegExp(`^${setting}: port ${port} .* is taken`));
    }
  });

  test('reports in one line that the database can’t be reached, without its password', async () => {
    const { code, output } = await runToExit({
      DATABASE_URL: `postgres://someone:secret@127.0.0.1:${await freePort()}/none`,
      PORT: String(await freePort()),
      MQTT_PORT: '0',
    });
    assert.equal(code, 1);
    assert.match(output, /^DATABASE_URL: postgres:.* can't be used: .*ECONNREFUSED/m);
    assert.doesNotMatch(output, / {4}at /);
    assert.ok(!output.includes('secret'));
  });
});

describe('a start on a full disk', () => {
  test('says in one line that the disk is full', async (t) => {
    const disk = await mkdtemp(join(tmpdir(), 'alzette-disk-'));
    if (!mountsSmallDisk(disk)) return t.skip('this user may not mount a small disk');
    t.after(async () => {
      execFileSync('umount', [disk]);
      await rm(disk, { recursive: true });
    });
    const { code, output } = await runToExit({
      DATA_DIR: join(disk, 'data'),
      DEMO: 'off',
      PORT: String(await freePort()),
      MQTT_PORT: '0',
    });
    assert.equal(code, 1);
    assert.match(output, /^DATA_DIR: the database in .* can't be used: the disk is full: [\d.]+ MiB are free/m);
    assert.doesNotMatch(output, / {4}at /);
  });
});

function mountsSmallDisk(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('the demo', () => {
  let dataDir: string;
  let platform: PlatformProcess;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    // The first start is killed while the demo is being created, so that each test sees what the second completes.
    const settings = { DATA_DIR: dataDir, DEMO: 'on', ...(await onServer(dataDir)) };
    const killed = await startPlatformProcess(settings);
    await eventually('some reports', async () => (await fetch(`${killed.url}/reports/DEMO000005`)).ok, 240_000);
    await killed.kill();
    platform = await startPlatformProcess(settings);
  });

  after(async () => {
    await platform?.stop();
    await rm(dataDir, { recursive: true });
  });

  test('prints all addresses', () => {
    for (const part of ['Portal', 'Citizen app', 'NGSI-LD API', 'MQTT', 'Database', 'Ctrl+C']) {
      assert.ok(platform.output().includes(part), part);
    }
  });

  for (const [type, attribute, least] of [
    ['Streetlight', 'powerState', 480],
    ['StreetlightControlCabinet', 'totalActivePower', 24],
    ['WasteContainer', 'fillingLevel', 64],
    ['Device', 'rssi', 568],
  ] as const) {
    test(`has at least ${least} of ${type}, each with its own measured ${attribute} within seconds`, async () => {
      const measured = () => countOf(platform.url, type, `${attribute}.observedAt>2020-01-01T00:00:00Z`);
      await eventually(`${least} of ${type}`, async () => (await measured()) >= least, 40_000);
    });
  }

  test('completes what an interrupted start left half done', async () => {
    await platform.filled();
    const ask = async (path: string) => (await fetch(platform.url + path)).json();
    for (const [i, { acts, supporters }] of demoReports().entries()) {
      const { journal } = (await ask(`/reports/DEMO${String(i + 1).padStart(6, '0')}`)) as {
        journal: { act: string }[];
      };
      const expected = ['report', ...acts.map(([, { act }]) => act), ...(supporters === undefined ? [] : ['support'])];
      assert.deepEqual(
        journal.map(({ act }) => act),
        expected,
        `report ${i + 1}`,
      );
    }
    const { workOrders } = (await ask(`/work-orders?status=${WORK_ORDER_STATUSES.join()}&limit=100`)) as {
      workOrders: { status: string }[];
    };
    assert.deepEqual(new Set(workOrders.map(({ status }) => status)), new Set(WORK_ORDER_STATUSES));
  });

  test('refuses no frame of its own', async () => {
    const quarantine = await (await fetch(`${platform.url}/iot/quarantine`)).json();
    const { counters } = (await (await fetch(`${platform.url}/iot/about`)).json()) as { counters: object };
    assert.equal((quarantine as { count: number }).count, 0, JSON.stringify(quarantine).slice(0, 1000));
    assert.ok(JSON.stringify(counters).length > 2);
  });

  test('has metrics of broker and devices, each once', async () => {
    const response = await fetch(`${platform.url}/metrics`, { headers: { 'accept-encoding': 'identity' } });
    assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    const text = await response.text();
    assert.equal(response.headers.get('content-length'), String(Buffer.byteLength(text)));
    const compressed = await fetch(`${platform.url}/metrics`, { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(compressed.headers.get('content-encoding'), 'gzip');
    assert.match(await compressed.text(), /^alzette_broker_entity_changes_total/m);
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    assert.equal(new Set(names).size, names.length);
    const value = (sample: RegExp) => Number(new RegExp(`^${sample.source} (\\S+)$`, 'm').exec(text)?.at(-1));
    assert.ok(value(/alzette_broker_entity_changes_total\{process="[^"]+"\}/) > 500);
    assert.ok(value(/alzette_iot_received_total/) > 500);
    const head = await fetch(`${platform.url}/metrics`, { method: 'HEAD' });
    assert.equal(head.status, 200);
  });

  test('serves the pages and the territory beside the API', async () => {
    for (const [path, type] of [
      ['/', /html/],
      ['/app/', /html/],
      ['/territory', /json/],
      ['/ngsi-ld/v1/types', /json/],
    ] as const) {
      const response = await fetch(platform.url + path);
      assert.equal(response.status, 200, path);
      assert.match(response.headers.get('content-type') ?? '', type);
    }
    assert.equal((await fetch(`${platform.url}/ngsi-ld/v1/nothing`)).status, 404);
  });
});
