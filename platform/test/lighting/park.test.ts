import assert from 'node:assert/strict';
import { type LightingProduct, onEachDatabase, type Step } from './on-each-database.ts';

const POINTS = 4670;
const HEADER =
  'id_point;commune;voie;longitude;latitude;puissance;temperatureCouleur;typeSource;armoire;datePremiereInstallation';

function csv(change: (n: number, cells: string[]) => string[] = (_n, cells) => cells): string {
  const rows = Array.from({ length: POINTS }, (_, n) =>
    change(n, [
      `P-${n}`,
      n % 2 === 0 ? 'Thil' : 'Aumetz',
      `Rue ${n % 97}`,
      (5.9 + (n % 100) / 1000).toFixed(6).replace('.', ','),
      (49.4 + Math.floor(n / 100) / 1000).toFixed(6).replace('.', ','),
      String(40 + (n % 3) * 10),
      n % 10 === 0 ? '4000' : '3000',
      'LED',
      `A-${Math.floor(n / 20)}`,
      '2022-10-01',
    ]).join(';'),
  );
  return `\uFEFF${[HEADER, ...rows].join('\r\n')}\r\n`;
}

const send = ({ ask }: LightingProduct, query: string, body: string) =>
  ask('POST', `/lighting/park/import${query}`, body, { 'content-type': 'text/csv' });

const importsAll: Step = {
  name: 'the French CSV of 4,670 points is compared, then written',
  async run(product) {
    const dry = await send(product, '', csv());
    assert.equal(dry.statusCode, 200, dry.body);
    const { applied, read, created, faults, differences } = dry.json();
    assert.deepEqual([applied, read, created, faults], [false, POINTS, POINTS, []]);
    assert.equal(differences.length, 1000);
    const nothing = (await product.ask('GET', '/ngsi-ld/v1/entities?type=Streetlight&limit=1&count=true')).headers;
    assert.equal(nothing['ngsild-results-count'], '0', 'a dry run writes nothing');
    const report = (await send(product, '?apply=true', csv())).json();
    assert.deepEqual([report.applied, report.created, report.faults], [true, POINTS, []]);
    const lamp = (
      await product.ask('GET', '/ngsi-ld/v1/entities/urn:ngsi-ld:Streetlight:P-1?options=keyValues')
    ).json();
    assert.equal(lamp.powerRating, 50);
    assert.equal(lamp.scope, '/Aumetz');
    assert.deepEqual(lamp.location.coordinates, [5.901, 49.4]);
  },
};

const showsDifferences: Step = {
  name: 'a second file shows what differs alone, and tells its faults by line and column',
  async run(product) {
    const changed = csv((n, cells) => {
      if (n === 3) return cells.with(5, '75');
      if (n === 4) return cells.with(5, 'many');
      return n === 5 ? cells.with(0, 'P-6') : cells;
    });
    const report = (await send(product, '', changed)).json();
    assert.deepEqual([report.created, report.changed, report.unchanged, report.notInFile], [0, 1, POINTS - 4, 3]);
    assert.deepEqual(report.differences, [
      { id: 'P-3', kind: 'changed', changes: [{ field: 'power', from: 40, to: 75 }] },
    ]);
    assert.deepEqual(report.faults, [
      { line: 6, column: 'puissance', detail: 'puissance: got "many", expected a number from 0 to 10000' },
      { line: 7, column: 'id_point', detail: 'id_point: got "P-6" 2 times, expected once' },
      { line: 8, column: 'id_point', detail: 'id_point: got "P-6" 2 times, expected once' },
    ]);
    for (const [body, detail] of [
      ['a;b\r\n1;2', /^header: got \["a","b"\], expected a column "id_point"/],
      ['', /^header: got/],
      ['id_point\n"a', /^body: got/],
    ] as const) {
      const refused = await send(product, '', body);
      assert.equal(refused.statusCode, 400, refused.body);
      assert.match(refused.json().detail, detail);
    }
    const earlier = await send(product, '', 'id_point,temp_coul,date_pose\nP-1,2700,2022-10-01');
    assert.deepEqual(earlier.json().differences[0]?.changes, [{ field: 'colourTemperature', from: 3000, to: 2700 }]);
    const named = await send(
      product,
      `?columns=${encodeURIComponent('{"id_point":"numero"}')}`,
      'numero,puissance\nP-1,99',
    );
    assert.equal(named.json().changed, 1);
  },
};

const exports: Step = {
  name: 'what is written out comes in again without a difference, as CSV and as GeoJSON',
  async run(product) {
    const { ask } = product;
    const written = await ask('GET', '/lighting/park/export');
    assert.match(String(written.headers['content-type']), /^text\/csv/);
    const same = (await send(product, '', written.body)).json();
    assert.deepEqual([same.read, same.unchanged, same.faults], [POINTS, POINTS, []]);
    const geojson = await ask('GET', '/lighting/park/export?format=geojson');
    const again = await ask('POST', '/lighting/park/import', geojson.body, { 'content-type': 'application/geo+json' });
    assert.equal(again.json().unchanged, POINTS, again.body.slice(0, 300));
    const talq = (await ask('GET', '/lighting/park/export?format=talq')).json();
    assert.equal(talq.devices.length, POINTS);
    const [first, ...others] = talq.devices;
    const fromTalq = (await ask('POST', '/lighting/park/import', talq)).json();
    assert.deepEqual([fromTalq.read, fromTalq.unchanged, fromTalq.faults], [POINTS, POINTS, []]);
    first.functions[0].location.value = { latitude: 49.5, longitude: 'east' };
    others[0].functions[0].location.value = { latitude: 49.5, longitude: 5.95 };
    const cabinet = { address: 'x', functions: [{ type: 'CabinetMonitorFunction' }] };
    const { devices, lampTypes } = talq;
    const moved = (await ask('POST', '/lighting/park/import', { devices: [...devices, cabinet, 7], lampTypes })).json();
    assert.deepEqual([moved.read, moved.changed], [POINTS - 1, 1]);
    assert.deepEqual(
      moved.faults.map(({ column }: { column: string }) => column),
      ['devices.0', `devices.${POINTS + 1}.functions`],
    );
    assert.match((await ask('GET', '/lighting/park/export?format=xls')).json().detail, /^format: got "xls"/);
  },
};

const tellsQuality: Step = {
  name: 'the quality of the data is shown',
  async run({ ask }) {
    await ask('POST', '/ngsi-ld/v1/entityOperations/upsert', [
      { id: 'urn:ngsi-ld:Streetlight:bare', type: 'Streetlight', name: { type: 'Property', value: 'bare' } },
    ]);
    const { lamps, issues } = (await ask('GET', '/lighting/park/quality')).json();
    assert.equal(lamps, POINTS + 1);
    assert.deepEqual(
      issues.map(({ issue, count }: { issue: string; count: number }) => [issue, count]),
      [
        ['noPower', 1],
        ['noPosition', 1],
        ['noCabinet', 1],
        ['noStreet', 1],
        ['tooCold', POINTS / 10],
      ],
    );
  },
};

onEachDatabase('the park', [importsAll, showsDifferences, exports, tellsQuality]);
