import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { sourceContract } from '../src/contract/sources.ts';
import { askAgents } from './support/ask.ts';
import { startSftpServer } from './support/sftp-server.ts';

function fresh(): string {
  return `c-${randomBytes(5).toString('hex')}`;
}

/** Water meters in the format of exports in France. */
const CSV = {
  encoding: 'latin1',
  decimal: ',',
  columns: {
    Compteur: { as: 'meter', required: true },
    'Relevé le': { as: 'readAt', type: 'date', format: 'dd/MM/yyyy HH:mm', timeZone: 'Europe/Paris', required: true },
    'Index (m³)': { as: 'index', type: 'number' },
    Fuite: { as: 'leak', type: 'boolean' },
  },
};
const MAPPING = {
  csv: CSV,
  observedAt: { value: 'data.readAt' },
  entities: [
    {
      type: 'WaterConsumptionObserved',
      id: "'urn:ngsi-ld:WaterConsumptionObserved:' + data.meter",
      attributes: [
        { name: 'waterConsumption', value: 'data.index', unitCode: 'MTQ' },
        { name: 'alarmStopsLeaks', value: 'data.leak ? 1 : 0' },
      ],
    },
  ],
};
const HEADER = 'Compteur;Relevé le;Index (m³);Fuite';

function latin1(...lines: readonly string[]): Buffer {
  return Buffer.from(`${[HEADER, ...lines].join('\r\n')}\r\n`, 'latin1');
}

for (const database of chosenBy('csv-sources', testDatabases())) {
  describe(`sources of CSV on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);

    test('the examples of the contract are accepted as they are shown', async () => {
      const { create, preview, save } = sourceContract.operations;
      const previewed = await ask('POST', '/sources/preview', preview.example.body);
      assert.equal(previewed.status, 200, JSON.stringify(previewed.body));
      const [item] = previewed.body.items;
      assert.deepEqual([previewed.body.refused, item.entities[0].id], [0, 'urn:ngsi-ld:AirQualityObserved:foch']);
      assert.equal(item.entities[0].no2.value, 21.5);
      await ask('DELETE', '/sources/air');
      const created = await ask('POST', '/sources', create.example.body);
      assert.equal(created.status, 201, JSON.stringify(created.body));
      const { id } = save.example.params;
      assert.equal((await ask('PUT', `/sources/${id}`, save.example.body)).status, 204);
      assert.equal((await ask('DELETE', `/sources/${id}`)).status, 204);
    });

    const upload = async (id: string, bytes: Buffer, query = '', contentType = 'text/csv') => {
      const { app } = await territory();
      const answer = await app.inject({
        method: 'POST',
        url: `/iot/sources/${id}/files${query}`,
        headers: { 'content-type': contentType },
        payload: bytes,
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    const index = async (meter: string): Promise<unknown> => {
      const found = await (await territory()).entity(`urn:ngsi-ld:WaterConsumptionObserved:${meter}`);
      return (found?.waterConsumption as { value?: unknown } | undefined)?.value;
    };
    const declare = async (): Promise<string> => {
      const id = fresh();
      const { status, body } = await ask('POST', '/sources', { id, name: 'Meters', kind: 'upload', ...MAPPING });
      assert.equal(status, 201, JSON.stringify(body));
      return id;
    };

    test('tries a file before there is a source for it, and imports GeoJSON', async () => {
      const [id, a, b] = [fresh(), fresh(), fresh()];
      const feature = (bench: string, properties: object, geometry: object | null) => ({
        type: 'Feature',
        geometry,
        properties: { bench, ...properties },
      });
      const point = { type: 'Point', coordinates: [5.9, 49.4] };
      const features = [feature(a, { places: 4 }, point), feature(b, { places: 'n/a' }, null)];
      const file = Buffer.from(`\uFEFF${JSON.stringify({ type: 'FeatureCollection', features })}`);
      const declaration = {
        id,
        name: 'Benches',
        kind: 'upload',
        items: '/features',
        entities: [
          {
            type: 'Bench',
            id: "'urn:ngsi-ld:Bench:' + data.properties.bench",
            attributes: [
              { name: 'seats', value: 'data.properties.places', unitCode: 'C62' },
              { name: 'location', type: 'GeoProperty', value: 'data.geometry' },
            ],
          },
        ],
      };
      const tried = await ask('POST', '/sources/preview', { ...declaration, sample: file.toString('base64') });
      assert.deepEqual([tried.status, tried.body.rows, tried.body.problems.length], [200, 2, 1]);
      const [entity] = tried.body.items[0].entities;
      assert.deepEqual([entity.id, entity.seats.value], [`urn:ngsi-ld:Bench:${a}`, 4]);
      assert.deepEqual(entity.location.value, point);
      const wrong = await ask('POST', '/sources/preview', { ...declaration, sample: 'no base64' });
      assert.equal(wrong.status, 400);
      assert.equal((await ask('GET', `/sources/${id}`)).status, 404, 'nothing is declared');

      assert.equal((await ask('POST', '/sources', declaration)).status, 201);
      const { body } = await upload(id, file, '', 'application/geo+json');
      assert.deepEqual([body.outcome, body.rows, body.taken], ['ok', 2, 1], JSON.stringify(body));
      await eventually('the bench', async () => {
        const found = await (await territory()).entity(`urn:ngsi-ld:Bench:${a}`);
        return (found?.location as { value?: object } | undefined)?.value;
      });
      const broken = await upload(id, Buffer.from('{"features":'), '?dryRun=true');
      assert.match(JSON.stringify(broken.body), /the file is not JSON/);
    });

    test('imports an uploaded file line by line, and reports each invalid line', async () => {
      const id = await declare();
      const [a, b] = [fresh(), fresh()];
      const file = latin1(
        `${a};28/06/2026 06:00;1 234,567;non`,
        `${b};28/06/2026 06:00;12.5;non`,
        `${b};2026-06-28;12,5;non`,
        `;28/06/2026 06:00;3,0;oui`,
        `${b};28/06/2026 06:00`,
        '',
        `${b};28/06/2026 07:00;77,25;oui`,
      );
      const dry = await upload(id, file, '?dryRun=true');
      assert.equal(dry.status, 200, JSON.stringify(dry.body));
      assert.deepEqual([dry.body.rows, dry.body.refused, dry.body.items.length], [6, 4, 2]);
      assert.equal(dry.body.items[0].observedAt, '2026-06-28T04:00:00.000Z');
      assert.equal(await index(a), undefined);

      const { body } = await upload(id, file);
      assert.deepEqual([body.outcome, body.rows, body.taken, body.refused], ['ok', 6, 2, 4], JSON.stringify(body));
      assert.deepEqual(body.problems, [
        {
          line: 3,
          field: 'Index (m³)',
          got: '12.5',
          expected: 'a number with a decimal comma',
          message: 'Index (m³) is "12.5", expected a number with a decimal comma',
          refused: true,
        },
        {
          line: 4,
          field: 'Relevé le',
          got: '2026-06-28',
          expected: 'a time written as dd/MM/yyyy HH:mm in Europe/Paris',
          message: 'Relevé le is "2026-06-28", expected a time written as dd/MM/yyyy HH:mm in Europe/Paris',
          refused: true,
        },
        {
          line: 5,
          field: 'Compteur',
          got: '',
          expected: 'a value',
          message: 'Compteur is "", expected a value',
          refused: true,
        },
        {
          line: 6,
          got: 2,
          expected: '4 cells',
          message: 'line 6 has 2 cells, expected 4 as in the header',
          refused: true,
        },
      ]);
      await eventually('the first meter', async () => (await index(a)) === 1234.567 || undefined);
      await eventually('the second meter', async () => (await index(b)) === 77.25 || undefined);

      const again = (await upload(id, file)).body;
      assert.deepEqual([again.taken, again.known], [0, 2]);
    });

    test('accepts a file in a form, and refuses other files', async () => {
      const id = await declare();
      const meter = fresh();
      const form = Buffer.concat([
        Buffer.from(
          '--edge\r\ncontent-disposition: form-data; name="file"; filename="meters.csv"\r\ncontent-type: text/csv\r\n\r\n',
        ),
        latin1(`${meter};28/06/2026 06:00;5,5;non`, 'x;y;z;0'),
        Buffer.from('\r\n--edge--\r\n'),
      ]);
      const { body } = await upload(id, form, '', 'multipart/form-data; boundary=edge');
      assert.deepEqual(
        [body.outcome, body.taken, body.problems[0].file],
        ['ok', 1, 'meters.csv'],
        JSON.stringify(body),
      );
      await eventually('the meter', async () => (await index(meter)) === 5.5 || undefined);

      const utf8 = await upload(id, Buffer.from(`${HEADER}\n${meter};28/06/2026 06:00;5,5;non`));
      assert.equal(utf8.body.outcome, 'failed');
      assert.match(utf8.body.message, /the file has no column "Relevé le", its header is: Compteur, RelevÃ© le/);
      assert.match(
        (await upload(id, Buffer.from('a,b\n1,2'), '?dryRun=true')).body.message,
        /has no column ".*", its header is: a, b \(separator ","\)/,
      );
      const json = await ask('POST', `/sources/${id}/files`, {});
      assert.deepEqual([json.status, json.body.name], [400, 'WRONG_SYNTAX']);
      assert.match((await ask('POST', `/sources/${id}/run`)).body.message, /waits for files: post one to/);
    });

    test('reads new files of an SFTP directory, moves them away, and trusts no other server', async (t) => {
      const root = await mkdtemp(join(tmpdir(), 'alzette-sftp-'));
      const server = await startSftpServer(root, 'meters', 'sftp-secret');
      t.after(async () => {
        await server.close();
        await rm(root, { recursive: true });
      });
      const [a, b, c] = [fresh(), fresh(), fresh()];
      await writeFile(join(root, 'june.csv'), latin1(`${a};28/06/2026 06:00;1,5;non`));
      await writeFile(join(root, 'bad.csv'), 'no,such,header\n');
      await writeFile(join(root, 'notes.txt'), 'nothing');
      const id = fresh();
      const from = {
        host: '127.0.0.1',
        port: server.port,
        username: 'meters',
        password: 'sftp-secret',
        directory: '/',
        whenDone: { moveTo: 'done' },
      };
      const source = { id, name: 'Meters by SFTP', kind: 'sftp', from, ...MAPPING };
      const preview = await ask('POST', '/sources/preview', source);
      assert.equal(preview.status, 200, JSON.stringify(preview.body));
      assert.equal((await ask('POST', '/sources', source)).body.from.password, '***');
      const first = (await ask('POST', `/sources/${id}/run`)).body;
      assert.deepEqual([first.outcome, first.taken, first.message], ['ok', 1, undefined], JSON.stringify(first));
      assert.deepEqual([first.problems[0].file, first.refused], ['bad.csv', 1]);
      await eventually('the first meter', async () => (await index(a)) === 1.5 || undefined);
      assert.deepEqual((await readdir(root)).sort(), ['bad.csv', 'done', 'notes.txt']);

      assert.equal((await ask('POST', `/sources/${id}/run`)).body.outcome, 'unchanged');
      await writeFile(join(root, 'july.csv'), latin1(`${b};28/06/2026 06:00;2,5;non`));
      assert.equal((await ask('POST', `/sources/${id}/run`)).body.taken, 1);
      assert.deepEqual((await readdir(join(root, 'done'))).sort(), ['july.csv', 'june.csv']);

      // The same directory on a server with another host key.
      await server.close();
      const other = await startSftpServer(root, 'meters', 'sftp-secret');
      t.after(() => other.close());
      const hostKey = server.hostKey;
      await ask('PUT', `/sources/${id}`, { ...source, from: { ...from, port: other.port, hostKey } });
      await writeFile(join(root, 'august.csv'), latin1(`${c};28/06/2026 06:00;3,5;non`));
      const refused = (await ask('POST', `/sources/${id}/run`)).body;
      assert.equal(refused.outcome, 'failed');
      assert.match(refused.message, /has the host key SHA256:.*, expected SHA256:.* \(from\.hostKey\)/);
      await ask('PUT', `/sources/${id}`, { ...source, from: { ...from, port: other.port, password: 'wrong' } });
      assert.match((await ask('POST', `/sources/${id}/run`)).body.message, /authentication/i);
    });
  });
}
