import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RunVerdict } from '../src/verdict.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function conformance(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { maxBuffer: 1e8 }, (_fault, out, err) => {
      resolve({ code: child.exitCode, out, err });
    });
  });
}

/** A server with this answer; returns its URL. */
async function listening(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const NONSENSE: readonly (readonly [what: string, answer: RequestListener])[] = [
  ['answers 200 with {} to everything', (_request, response) => response.end('{}')],
  [
    'answers 201 to everything',
    (_request, response) => response.writeHead(201, { location: '/ngsi-ld/v1/entities/urn:x:1' }).end(),
  ],
  ['answers 204 to everything', (_request, response) => response.writeHead(204).end()],
  ['answers 500 with text to everything', (_request, response) => response.writeHead(500).end('oh no')],
  [
    'answers an empty array to everything',
    (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('[]'),
  ],
];

/** The share of cases that a meaningless answer satisfies by chance. */
const BY_CHANCE = 0.12;

describe('Command line', () => {
  for (const [what, answer] of NONSENSE) {
    test(`exits with 1 and fails a broker that ${what}`, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
      t.after(() => rm(folder, { recursive: true }));
      const json = join(folder, 'verdict.json');
      const url = await listening(t, answer);
      const { code } = await conformance(url, '--json', json, '--timeout', '500', '--jobs', '64', '--failures');
      assert.equal(code, 1);
      const { clauses } = JSON.parse(await readFile(json, 'utf8')) as RunVerdict;
      const cases = clauses.flatMap((clause) => clause.cases);
      const passed = cases.filter(({ outcome }) => outcome === 'passed');
      assert.ok(cases.length > 1000);
      assert.ok(
        passed.length < cases.length * BY_CHANCE,
        `${passed.length} of ${cases.length} passed: ${passed.map(({ id }) => id).join('; ')}`,
      );
    });
  }

  test('prints clause, sentence, request, expectation and answer of a failing case', async (t) => {
    const url = await listening(t, (_request, response) => response.writeHead(500).end('oh no'));
    const { out } = await conformance(url, '--only', '5.6.6');
    assert.match(out, /✗ 5\.6\.6 answers 400 BadRequestData to an id that is not a URI/);
    assert.match(out, /request\s+curl -i -X DELETE 'http:\/\/127\.0\.0\.1:\d+\/ngsi-ld\/v1\/entities\/nouri'/);
    assert.match(out, /expected 400 BadRequestData/);
    assert.match(out, /got\s+500 oh no/);
    assert.doesNotMatch(out, /5\.6\.7/);
  });

  test('exits with 2 and a message when nothing listens', async (t) => {
    const url = await listening(t, (_request, response) => response.end());
    const gone = url.replace(/\d+$/, '1');
    const { code, err } = await conformance(gone, '--only', '5.6.1');
    assert.equal(code, 2);
    assert.match(err, new RegExp(`${gone} can't be reached`));
  });

  test('writes JUnit and an HTML page', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
    t.after(() => rm(folder, { recursive: true }));
    const [junit, html, table] = ['verdict.xml', 'verdict.html', 'table.md'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const url = await listening(t, (_request, response) => response.writeHead(500).end('<&"oh no'));
    const { code } = await conformance(
      url,
      '--only',
      '5.6.6',
      '--junit',
      junit,
      '--html',
      html,
      '--table',
      table,
      '--name',
      'A|B',
    );
    assert.equal(code, 1);
    const xml = await readFile(junit, 'utf8');
    assert.match(xml, /<testsuite name="5\.6\.6 Delete Entity" tests="4" failures="4" skipped="0"/);
    assert.match(xml, /500 &lt;&amp;&quot;oh no/);
    const page = await readFile(html, 'utf8');
    assert.match(page, /answers 400 BadRequestData to an id that is not a URI/);
    assert.match(page, /500 &lt;&amp;&quot;oh no/);
    const rows = await readFile(table, 'utf8');
    assert.match(rows, /# Conformance of A\\\|B\n/);
    assert.match(rows, /\| 5\.6\.6 \| Delete Entity \| 0 \| 4 \| 0 \|/);
  });

  const wrong: readonly (readonly [what: string, args: readonly string[], expectedMessage: RegExp])[] = [
    ['no URL', [], /URL of a broker is missing/],
    ['something that is no URL', ['broker'], /URL: got broker/],
    ['an unknown option', ['http://127.0.0.1:1', '--nonsense'], /nonsense/],
    ['a timeout that is no number', ['http://127.0.0.1:1', '--timeout', 'long'], /--timeout: got long/],
  ];
  for (const [what, args, expectedMessage] of wrong) {
    test(`exits with 3 and prints the usage for ${what}`, async () => {
      const { code, err } = await conformance(...args);
      assert.equal(code, 3);
      assert.match(err, expectedMessage);
      assert.match(err, /Usage:/);
    });
  }
});
