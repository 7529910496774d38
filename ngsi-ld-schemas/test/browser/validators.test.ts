import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { chromium } from '@playwright/test';
import { emitValidator } from '../../src/import/emit-validator.ts';
import { models } from '../../src/models/catalog.ts';
import type { Model } from '../../src/models/model.ts';
import { compileModel } from '../../src/validation/compile.ts';
import { modelSchema, type Representation } from '../../src/validation/model-schema.ts';

const { CHROMIUM } = process.env;
const CSP = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'";
const REPRESENTATIONS: readonly Representation[] = ['simplified', 'concise', 'normalized'];

/** What a page would import: the validators of all models, their runtime, and a script that runs one of them. */
function filesOf(all: readonly Model[]): Map<string, string> {
  const source = (name: string) =>
    stripTypeScriptTypes(readFileSync(new URL(`../../src/validation/${name}.ts`, import.meta.url), 'utf8'));
  const files = new Map([
    ['/runtime.js', source('runtime').replaceAll("'./formats.ts'", "'/formats.js'")],
    ['/formats.js', source('formats')],
    [
      '/page.js',
      `window.verdicts = async (representation, entities) => Promise.all(entities.map(async ([type, entity]) => {
        const { default: validate } = await import('/' + type + '.' + representation + '.js');
        return validate(entity) ? [] : validate.errors.map(({ instancePath, keyword }) => instancePath + ' ' + keyword);
      }));
      try { eval('window.evaluated = true'); } catch { window.refused = true; }
      window.isReady = true;`,
    ],
  ]);
  for (const model of all) {
    for (const representation of REPRESENTATIONS) {
      const code = emitValidator(modelSchema(model, representation), '/runtime.js');
      files.set(`/${model.type}.${representation}.js`, code);
    }
  }
  return files;
}

const skip = CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)';

test('validators of all models run in a page that may not compile code', { skip }, async (t) => {
  const files = filesOf(models);
  const server = createServer((request, response) => {
    const script = files.get(request.url ?? '');
    response.setHeader('Content-Security-Policy', CSP);
    if (request.url === '/') response.setHeader('Content-Type', 'text/html');
    else response.setHeader('Content-Type', 'text/javascript');
    response.end(
      request.url === '/' ? '<!doctype html><script type="module" src="/page.js"></script>' : (script ?? ''),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const browser = await chromium.launch({ executablePath: CHROMIUM as string, args: ['--no-sandbox'] });
  t.after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction('window.isReady', undefined, { timeout: 60_000 });
  assert.deepEqual(
    await page.evaluate('[window.refused, window.evaluated]'),
    [true, undefined],
    'the policy is strict',
  );

  const lamp = { id: 'urn:ngsi-ld:Streetlight:1', type: 'Streetlight', status: 'ok', location: PLACE };
  const verdicts = (representation: Representation, entities: readonly (readonly [string, object])[]) =>
    page.evaluate(`window.verdicts(${JSON.stringify(representation)}, ${JSON.stringify(entities)})`) as Promise<
      string[][]
    >;
  assert.deepEqual(
    await verdicts('simplified', [
      ['Streetlight', lamp],
      ['Streetlight', { ...lamp, illuminanceLevel: 80, dateLastLampChange: 'yesterday' }],
    ]),
    [[], ['/dateLastLampChange format', '/illuminanceLevel maximum']],
  );
  assert.deepEqual(
    await verdicts('normalized', [
      ['Streetlight', { ...lamp, status: property('ok'), location: { type: 'GeoProperty', value: PLACE } }],
    ]),
    [[]],
  );
  assert.deepEqual(await verdicts('concise', [['Streetlight', { ...lamp, illuminanceLevel: { value: 0.5 } }]]), [[]]);

  // Each has the same result in the page as here.
  const entities = models.map(({ type }) => [type, { id: 'urn:a:1', type, location: 7, name: 7 }] as const);
  const expected = models.map((model, n) =>
    compileModel(model)(entities[n]?.[1] ?? {}).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`),
  );
  const found = await verdicts('simplified', entities);
  assert.deepEqual(
    found.map((each) => [...each].sort()),
    expected.map((each) => [...each].sort()),
  );
  assert.deepEqual(faults, []);
});

const PLACE = { type: 'Point', coordinates: [5.95, 49.47] };

function property(value: unknown) {
  return { type: 'Property', value };
}
