#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine, refuse } from './commands/command-line.ts';
import { findProgram } from './programs.ts';

const USAGE = `npm run clients -- [NAME …]

Runs the tests with clients and neighbours of other makers, all of them or those whose name has one of these in it, and
writes what came out into docs/conformance.md. Those that need a missing program are "not run".`;
const { positionals: chosen } = readCommandLine({ usage: USAGE, words: Number.POSITIVE_INFINITY });

interface Client {
  readonly client: string;
  readonly version: string;
  readonly ran: string;
  readonly test: string;
  /** Of the tests in the file, those whose names contain this. */
  readonly named?: string;
}

const nodeRed = findProgram(process.env.NODE_RED, 'node-red');
/** `Node-RED v5.0.7`. */
const nodeRedVersion = nodeRed && spawnSync(nodeRed, ['--version'], { encoding: 'utf8' }).stdout;

const { NGSI_GO, NGSILD_DATASOURCE = '', NODE_RED_NGSI_LD = '' } = process.env;
const PUBLISHED = 'platform/test/published-clients.ts';
/** `ngsi version 0.13.0 (git_hash:…)`. */
const ngsiVersion = NGSI_GO && spawnSync(NGSI_GO, ['--version'], { encoding: 'utf8' }).stdout;
const versionIn = (folder: string) => {
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) ? String(JSON.parse(readFileSync(manifest, 'utf8')).version) : '';
};

const CLIENTS: readonly Client[] = [
  {
    client: 'ngsi-go',
    version: /version (\S+)/.exec(ngsiVersion ?? '')?.[1] ?? '',
    ran: 'entities, types and subscriptions: created, read, listed, changed, deleted; lenient tenant',
    test: PUBLISHED,
    named: 'ngsi-go',
  },
  {
    client: 'ngsild-grafana-datasource (BFI)',
    version: versionIn(join(NGSILD_DATASOURCE, '..')),
    ran: 'entities, their history and its means, without Grafana around it; lenient tenant',
    test: PUBLISHED,
    named: 'Grafana',
  },
  {
    client: 'node-red-contrib-ngsi-ld',
    version: versionIn(NODE_RED_NGSI_LD),
    ran: 'the node for entities in a flow: create, read, delete; lenient tenant',
    test: PUBLISHED,
    named: 'node-red-contrib',
  },
  {
    client: 'Node-RED',
    version: /v([\d.]+)/.exec(nodeRedVersion ?? '')?.[1] ?? '',
    ran: 'the two example flows: a signed webhook out, measures and alarms in',
    test: 'platform/test/node-red.test.ts',
  },
  {
    client: 'clients of OGC SensorThings',
    version: '1.1',
    ran: 'what the abstract tests of the standard inspect when reading',
    test: 'services/opendata/test/sensorthings.test.ts',
  },
  {
    client: 'a SensorThings server as a source',
    version: '1.1',
    ran: 'its Datastreams with their latest observation, page by page',
    test: 'iot-agents/test/sensorthings-sources.test.ts',
  },
  {
    client: 'Orion-LD, Scorpio, Stellio as neighbours',
    version: 'as documented in 2026',
    ran: 'what they send to a source, and what they answer as one',
    test: 'broker/test/federation/neighbours.test.ts',
  },
  {
    client: 'devices of FIWARE’s agents on our MQTT broker',
    version: 'JSON and UltraLight 2.0',
    ran: 'the topics and messages of the agents',
    test: 'iot-agents/test/fiware-agents-beside.test.ts',
  },
];

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = fileURLToPath(new URL('../docs/conformance.md', import.meta.url));
const HEAD = '| client | version | what was run | result |\n|---|---|---|---|\n';

function resultOf({ test, named }: Client): string {
  const some = named === undefined ? [] : ['--test-name-pattern', named];
  const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', ...some, test], {
    cwd: ROOT,
    encoding: 'utf8',
    env: process.env,
  });
  if (status !== 0) return 'fails';
  return /^# pass [1-9]/m.test(stdout) ? 'works' : 'not run';
}

const page = readFileSync(PAGE, 'utf8');
const start = page.indexOf(HEAD) + HEAD.length;
const earlier = page.slice(start).split('\n');
const unknown = chosen.find((name) => !CLIENTS.some(({ client }) => client.includes(name)));
if (unknown !== undefined)
  refuse(USAGE, `NAME: got ${unknown}, expected a part of ${CLIENTS.map(({ client }) => client).join(', ')}`);
let hasFailed = false;
const table = CLIENTS.map((each) => {
  const { client, version, ran, test } = each;
  const old = earlier.find((row) => row.startsWith(`| ${client} |`));
  if (old !== undefined && chosen.length > 0 && !chosen.some((name) => client.includes(name))) return `${old}\n`;
  const result = resultOf(each);
  hasFailed ||= result === 'fails';
  return `| ${client} | ${version} | ${ran} (\`${test}\`) | ${result} |\n`;
});
writeFileSync(PAGE, page.slice(0, start) + table.join(''));
console.log(HEAD + table.join(''));
process.exitCode = hasFailed ? 1 : 0;
