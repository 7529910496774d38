import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '@alzette/kit/testing';
import { endProgram, findProgram } from '../../scripts/programs.ts';
import { freePort, startPlatformProcess } from './support/platform-process.ts';

const FLOWS = fileURLToPath(new URL('../../docs/examples/node-red-flows.json', import.meta.url));
/** The program `node-red`, of a folder into which `npm install node-red` was run, or on the PATH. */
const nodeRed = findProgram(process.env.NODE_RED, 'node-red');
const PATIENCE_MS = 120_000;

test('the example flows of Node-RED take signed notices, and write entities and alarms', {
  skip: nodeRed ? false : 'Node-RED is missing (NODE_RED is not set)',
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-'));
  t.after(() => rm(folder, { recursive: true }));
  const platform = await startPlatformProcess({
    DATA_DIR: join(folder, 'data'),
    DEMO: 'off',
    MQTT_PORT: '0',
    ACCESS: 'open',
  });
  t.after(() => platform.stop());
  const port = await freePort();
  const hooks = `http://127.0.0.1:${port}`;
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(platform.url + path, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const settings = { url: `${hooks}/alzette/notices` };
  const channel = await ask('PUT', '/channels/nodered', { title: 'Node-RED', kind: 'webhook', settings });
  assert.equal(channel.status, 201, JSON.stringify(channel.body));

  await copyFile(FLOWS, join(folder, 'flows.json'));
  await writeFile(join(folder, 'package.json'), '{"name": "flows", "version": "1.0.0"}');
  const child = spawn(nodeRed as string, ['--userDir', folder, '--port', String(port), 'flows.json'], {
    env: {
      ...process.env,
      ALZETTE_URL: platform.url,
      ALZETTE_WEBHOOK_KEY: channel.body.key,
      NODE_RED_TELEMETRY: 'off',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => endProgram(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const up = async () => {
    assert.equal(child.exitCode, null, output);
    return output.includes('Started flows');
  };
  await eventually('Node-RED runs the flows', up, PATIENCE_MS);

  const notices = async () => (await ask('GET', '/ngsi-ld/v1/entities?type=ReceivedNotice&options=keyValues')).body;
  const forged = await fetch(settings.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'x',
      'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
      'webhook-signature': 'v1,AAAA',
    },
    body: '{"type":"alarm.raised","data":{"title":"forged"}}',
  });
  assert.equal(forged.status, 401);
  assert.equal((await ask('POST', '/channels/nodered/test', {})).status, 202);
  const [notice] = await eventually(
    'the notice is back',
    async () => {
      const found = await notices();
      return found.length > 0 && found;
    },
    PATIENCE_MS,
  );
  assert.notEqual(notice.title, 'forged');
  assert.equal((await notices()).length, 1);

  const measure = (level: number) =>
    fetch(`${hooks}/measures`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'alzette-1', level, limit: 2 }),
    });
  assert.equal((await measure(1.2)).status, 204, output);
  assert.equal((await measure(2.6)).status, 204, output);
  const entity = await ask('GET', '/ngsi-ld/v1/entities/urn:ngsi-ld:WaterLevel:alzette-1?options=keyValues');
  assert.equal(entity.body.level, 2.6);
  const [alarm, ...others] = await eventually(
    'the alarm',
    async () => {
      const { body } = await ask('GET', '/alarms');
      return body.alarms.length > 0 && body.alarms;
    },
    PATIENCE_MS,
  );
  assert.deepEqual([alarm.about, others], ['urn:ngsi-ld:WaterLevel:alzette-1', []]);
});
