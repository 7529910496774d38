import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = fileURLToPath(new URL('../src/import/main.ts', import.meta.url));
const run = promisify(execFile);

test('a model with a URL is fetched with everything it refers to, and imported', async (t) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const file = files()[request.url ?? ''];
    response.writeHead(file === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(file ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const out = mkdtempSync(join(tmpdir(), 'alzette-models-'));
  t.after(() => {
    server.close();
    server.closeAllConnections();
    rmSync(out, { recursive: true });
  });
  const imports = (place: string) => run(process.execPath, [MAIN, 'import', `${url}${place}`, '--out', out]);

  const { stdout } = await imports('/dataModel.Parks/Bench');
  assert.match(stdout, /Parks\/Bench 1\.2\.3: 3 attributes/);
  const model = JSON.parse(readFileSync(join(out, 'Parks', 'Bench', 'model.json'), 'utf8'));
  assert.deepEqual(Object.keys(model.attributes).sort(), ['owner', 'seats', 'wood']);
  assert.equal(model.attributes.seats.iri, 'https://ex.org/seats');
  assert.equal(model.attributes.owner.schema.type, 'string');
  assert.deepEqual(
    [...new Set(asked)].sort(),
    Object.keys(files())
      .filter((path) => !path.includes('Broken'))
      .sort(),
  );

  await assert.rejects(imports('/dataModel.Parks/Broken'), /nowhere\.json: answered 404/);
  await assert.rejects(imports('/dataModel.Parks/None'), /None\/schema\.json: answered 404/);

  function files(): Record<string, unknown> {
    return {
      '/dataModel.Parks/Bench/schema.json': {
        $schemaVersion: '1.2.3',
        allOf: [
          { $ref: `${url}/data-models/common.json#/definitions/Owned` },
          { $ref: '../parks.json#/definitions/Wooden' },
          {
            properties: {
              type: { enum: ['Bench'] },
              seats: { type: 'integer', minimum: 1, description: 'Property. Seats' },
            },
          },
        ],
        required: ['id', 'type', 'seats'],
      },
      '/dataModel.Parks/Broken/schema.json': {
        allOf: [{ $ref: 'nowhere.json#/a' }, { properties: { type: { enum: ['Broken'] } } }],
      },
      '/dataModel.Parks/context.jsonld': {
        '@context': { seats: 'https://ex.org/seats', Bench: 'https://ex.org/Bench' },
      },
      '/dataModel.Parks/parks.json': {
        definitions: { Wooden: { properties: { wood: { $ref: `${url}/data-models/common.json#/definitions/Text` } } } },
      },
      '/data-models/common.json': {
        definitions: {
          Owned: { properties: { owner: { $ref: '#/definitions/Text' } } },
          Text: { type: 'string', description: 'Property. A text' },
        },
      },
    };
  }
});
