import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Broker, createBroker } from '@alzette/broker';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { pino } from 'pino';
import { rolldown } from 'rolldown';
import { endProgram, findProgram, freePort } from '../../scripts/programs.ts';
import { sendJson } from './support/send-json.ts';

/*
 * Clients of other makers, from copies of their repositories: NGSI_GO is the program that `go build ./cmd/ngsi` makes,
 * NGSILD_DATASOURCE the folder datasource/plugin/src of Grafana's data source, NODE_RED_NGSI_LD the folder of the nodes
 * after `npm install`. `npm run clients` runs this file, and a test of a missing one is not run. The tests of every change
 * leave it out, because they skip nothing. They are clients of a lenient tenant.
 */

const run = promisify(execFile);
const { NGSI_GO, NGSILD_DATASOURCE, NODE_RED_NGSI_LD } = process.env;
const nodeRed = findProgram(process.env.NODE_RED, 'node-red');
const PATIENCE_MS = 120_000;
const without = (name: string, copy: string | undefined) => (copy ? false : `${name} is not set`);

const BENCH = 'urn:ngsi-ld:Bench:1';
const TENANT = 'clients';

/** What the data source needs of Grafana. */
const GRAFANA = `
export class DataSourceApi {}
export class MutableDataFrame { constructor(frame) { Object.assign(this, frame); } }
export const FieldType = { number: 'number', time: 'time', string: 'string', boolean: 'boolean', other: 'other' };
export const NodeGraphDataFrameFieldNames = {};
export const isNumber = (value) => typeof value === 'number';
export default (given, defaults) => ({ ...defaults, ...given });
export const getBackendSrv = () => ({
  fetch: ({ url, headers }) => ({
    subscribe: ({ next, error }) =>
      fetch(url, { headers }).then(async (answer) =>
        next({ ok: answer.ok, status: answer.status, statusText: answer.statusText, data: await answer.json() })).catch(error),
  }),
});`;

describe('a published client', () => {
  let url = '';
  let folder = '';
  let broker: Broker | undefined;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'alzette-'));
    const [database] = chosenBy('published-clients', testDatabases());
    assert.ok(database);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const logger = pino({ level: process.env.TEST_LOG ?? 'silent' });
    broker = await createBroker({ db: await database.open(), publicUrl: url, logger });
    await broker.app.listen({ port, host: '127.0.0.1' });
    await sendJson(url, 'POST', '/ops/tenants', { name: TENANT });
    await sendJson(url, 'PUT', `/ops/tenants/${TENANT}/interop`, { lenient: true });
  });
  after(async () => {
    await broker?.close();
    if (folder !== '') await rm(folder, { recursive: true });
  });

  test('ngsi-go creates, reads, lists, changes, subscribes and deletes', {
    skip: without('NGSI_GO', NGSI_GO),
  }, async () => {
    const files = ['--config', join(folder, 'ngsi.json'), '--cache', join(folder, 'tokens.json')];
    const ngsi = async (...words: readonly string[]) =>
      (await run(String(NGSI_GO), [...files, ...words])).stdout.trim();
    await ngsi(
      'broker',
      'add',
      '--host',
      'alzette',
      '--ngsiType',
      'ld',
      '--brokerType',
      'orion-ld',
      '--brokerHost',
      url,
    );
    const at = ['--host', 'alzette', '--service', TENANT];
    const entity = { id: 'urn:ngsi-ld:Bench:go', type: 'Bench', seats: { type: 'Property', value: 3 } };
    await ngsi('create', ...at, 'entity', '--data', JSON.stringify(entity));
    const read = async () => JSON.parse(await ngsi('get', ...at, 'entity', '--id', entity.id, '--keyValues'));
    assert.deepEqual(await read(), { id: entity.id, type: 'Bench', seats: 3 });
    await ngsi('update', ...at, 'attr', '--id', entity.id, '--attr', 'seats', '--data', '{"value": 4}');
    assert.equal((await read()).seats, 4);
    assert.equal(await ngsi('list', ...at, 'entities', '--type', 'Bench'), entity.id);
    assert.equal(await ngsi('list', ...at, 'types'), 'Bench');
    const id = await ngsi('create', ...at, 'subscription', '--type', 'Bench', '--uri', 'http://127.0.0.1:9/');
    assert.equal(await ngsi('list', ...at, 'subscriptions'), id);
    await ngsi('delete', ...at, 'subscription', '--id', id);
    await ngsi('delete', ...at, 'entity', '--id', entity.id);
    await assert.rejects(read(), /404/);
  });

  test('Grafana’s data source reads entities, their history and its means', {
    skip: without('NGSILD_DATASOURCE', NGSILD_DATASOURCE),
  }, async () => {
    const source = String(NGSILD_DATASOURCE);
    const entry = join(folder, 'entry.ts');
    await writeFile(entry, `export { NgsildDataSource } from '${source}/datasource.ts';`);
    const bundle = await rolldown({
      input: entry,
      shimMissingExports: true,
      tsconfig: false, // its own extends one of Grafana's toolkit, which is not here
      plugins: [
        {
          name: 'grafana',
          resolveId: (name) =>
            /^(?:@grafana\/|lodash)/.test(name)
              ? 'grafana'
              : /^[a-zA-Z]+$/.test(name)
                ? join(source, `${name}.ts`)
                : null,
          load: (id) => (id === 'grafana' ? GRAFANA : null),
        },
      ],
    });
    await bundle.write({ file: join(folder, 'source.mjs'), format: 'esm' });
    const { NgsildDataSource } = await import(pathToFileURL(join(folder, 'source.mjs')).href);
    const headers = { 'NGSILD-Tenant': TENANT };
    const at = (minute: number) => `2026-01-01T00:0${minute}:00Z`;
    const evolution = [1, 3].map((value, minute) => ({ type: 'Property', value, observedAt: at(minute) }));
    await sendJson(
      url,
      'POST',
      '/ngsi-ld/v1/temporal/entities',
      { id: BENCH, type: 'Bench', seats: evolution },
      headers,
    );
    const timeseriesUrl = `${url}/ngsi-ld/v1`;
    const datasource = new NgsildDataSource({ url, access: 'direct', jsonData: { tenant: TENANT, timeseriesUrl } });
    const range = { from: new Date(at(0)), to: new Date('2026-01-01T01:00:00Z') };
    const values = async (target: object): Promise<unknown> => {
      const { data } = await datasource.query({ range, targets: [{ refId: 'A', entityType: 'Bench', ...target }] });
      return data.map(({ fields }: { fields: { name: string; values: unknown[] }[] }) => fields[1]?.values);
    };
    await datasource.testDatasource();
    assert.deepEqual(await values({ queryType: 'entity' }), [[3]]);
    assert.deepEqual(await values({ queryType: 'temporal', attributes: ['seats'] }), [[1, 3]]);
    const means = { aggrMethod: 'avg', aggrPeriodDuration: 'PT1H' };
    const [mean] = (await datasource.request(
      { queryType: 'temporal', entityType: 'Bench', attributes: ['seats'], ...means },
      {
        from: range.from.getTime(),
        to: range.to.getTime(),
      },
    )) as { seats: { avg: [number, string, string][] } }[];
    assert.equal(mean?.seats.avg[0]?.[0], 2);
  });

  test('the nodes of node-red-contrib-ngsi-ld create, read and delete', {
    skip: without('NODE_RED_NGSI_LD', NODE_RED_NGSI_LD) || without('NODE_RED', nodeRed),
  }, async (t) => {
    const home = join(folder, 'node-red');
    await mkdir(join(home, 'node_modules'), { recursive: true });
    await symlink(String(NODE_RED_NGSI_LD), join(home, 'node_modules/node-red-contrib-ngsi-ld'));
    await writeFile(
      join(home, 'package.json'),
      '{"name": "flows", "version": "1.0.0", "dependencies": {"node-red-contrib-ngsi-ld": "*"}}',
    );
    const broker = {
      id: 'broker',
      type: 'NGSI-LD broker',
      apiEndpoint: url,
      brokerType: 'generic',
      tenant: TENANT,
      atContext: '',
      idmType: 'none',
      idmEndpoint: '',
      mintaka: '',
    };
    const node = {
      type: 'NGSI-LD Entity',
      z: 'flow',
      broker: 'broker',
      atContext: '',
      entityId: '',
      attrs: '',
      sysAttrs: 'false',
      representation: 'keyValues',
      geometryProperty: '',
      lang: '',
      accept: 'application/json',
      forbidden: 'false',
    };
    const placed = { x: 1, y: 1 }; // otherwise Node-RED takes them for configuration nodes
    const flow = ['create', 'read', 'delete'].flatMap((actionType) => [
      {
        ...placed,
        id: `in-${actionType}`,
        type: 'http in',
        z: 'flow',
        url: `/${actionType}`,
        method: 'post',
        wires: [[actionType]],
      },
      { ...node, ...placed, id: actionType, actionType, wires: [['out']] },
    ]);
    const out = { ...placed, id: 'out', type: 'http response', z: 'flow', wires: [] };
    await writeFile(join(home, 'flows.json'), JSON.stringify([{ id: 'flow', type: 'tab' }, broker, ...flow, out]));
    const port = await freePort();
    const child = spawn(String(nodeRed), ['--userDir', home, '--port', String(port), 'flows.json'], {
      env: { ...process.env, NODE_RED_TELEMETRY: 'off' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => endProgram(child));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    await eventually('the flows', () => output.includes('Started flows'), PATIENCE_MS);
    const ask = async (action: string, body: string, type: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}/${action}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      return [answer.status, await answer.text()] as const;
    };
    const entity = { id: 'urn:ngsi-ld:Bench:red', type: 'Bench', seats: { type: 'Property', value: 3 } };
    assert.equal((await ask('create', JSON.stringify(entity), 'application/json'))[0], 201, output);
    const [status, text] = await ask('read', entity.id, 'text/plain');
    assert.equal(status, 200, output);
    assert.deepEqual(JSON.parse(text), { id: entity.id, type: 'Bench', seats: 3 });
    assert.equal((await ask('delete', entity.id, 'text/plain'))[0], 204, output);
  });
});
