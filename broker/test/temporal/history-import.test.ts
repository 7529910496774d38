import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { pino } from 'pino';
import type { Database } from '../../src/database/database.ts';
import { type ImportJob, openOperator } from '../../src/operator.ts';
import { startTemporalBroker } from './temporal-broker.ts';

const folder = mkdtempSync(join(tmpdir(), 'alzette-import-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

function fileOf(lines: readonly string[], extension: 'csv' | 'ndjson'): string {
  files += 1;
  const file = join(folder, `${files}.${extension}`);
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** Imports into a tenant and returns the report, and the history as the temporal API returns it. */
async function imports(db: Database, job: Omit<ImportJob, 'context'>) {
  const logger = pino({ level: 'silent' });
  const operator = await openOperator({ db, publicUrl: 'http://localhost:1026', offline: true, logger });
  try {
    return await operator.importHistory({ ...job, context: undefined });
  } finally {
    await operator.close();
  }
}

type Values = Record<string, { values: [unknown, string][] }>;

eachHistoryDatabase('Import of past measurements', (test, database) => {
  test('imports a table with a column for each attribute', async (t, db) => {
    const tenant = freshTenant();
    const { ask, close } = await startTemporalBroker(db, tenant, 100);
    t.after(close);
    const lines = [
      'id;observedAt;power;isOn;note',
      'urn:lamp:1;2019-03-01T00:00:00Z;21,5;true;"a;b"',
      'urn:lamp:1;2019-04-01T02:00:00+02:00;22;;',
      '',
      'urn:lamp:2;2019-03-01T00:00:00Z;;false;"two',
      'lines"',
      'lamp 3;2019-03-01T00:00:00Z;1;true;',
      'urn:lamp:2;2019-02-30T00:00:00Z;1;true;',
      'urn:lamp:2;2019-03-01T00:00:00Z;;;',
      'urn:lamp:2;1019-03-01T00:00:00Z;1;;',
    ];
    const job = { file: fileOf(lines, 'csv'), format: 'csv', tenant, type: 'Lamp' } as const;
    const report = await imports(db, job);
    const { imported, known, rejected, rejections } = report;
    assert.deepEqual({ imported, known, rejected }, { imported: 6, known: 0, rejected: 4 });
    assert.deepEqual(
      rejections.map(({ line, field, got }) => [line, field, got]),
      [
        [7, 'id', '"lamp 3"'],
        [8, 'observedAt', '"2019-02-30T00:00:00Z"'],
        [9, 'power', '""'],
        [10, 'observedAt', '"1019-03-01T00:00:00Z"'],
      ],
    );
    assert.match(rejections[1]?.expected ?? '', /a UTC DateTime/);

    const evolution: Values = (await ask('GET', '/temporal/entities/urn:lamp:1?options=temporalValues')).json();
    assert.deepEqual(evolution.power?.values, [
      [21.5, '2019-03-01T00:00:00Z'],
      [22, '2019-04-01T00:00:00.000Z'],
    ]);
    assert.deepEqual(evolution.note?.values, [['a;b', '2019-03-01T00:00:00Z']]);
    const present = (await ask('GET', '/entities/urn:lamp:1?options=keyValues')).json();
    assert.deepEqual(present, { id: 'urn:lamp:1', type: 'Lamp', power: 22, isOn: true, note: 'a;b' });
    const { rows } = await db.query<{ relation: string }>({
      text: `SELECT DISTINCT tableoid::regclass::text AS relation FROM history WHERE tenant = $1 ORDER BY 1`,
      values: [tenant],
    });
    const relations = rows.map(({ relation }) => relation);
    // The chunks of a hypertable have names by TimescaleDB.
    if (database.label === 'timescaledb') assert.equal(relations.length, 2);
    else assert.deepEqual(relations, ['history_2019_03', 'history_2019_04']);
  });

  test('imports a table with an attribute per line, and entities as lines of JSON', async (t, db) => {
    const tenant = freshTenant();
    const { ask, close } = await startTemporalBroker(db, tenant, 100);
    t.after(close);
    const csv = [
      'entityId,type,attribute,value,unitCode,datasetId,observedAt',
      'urn:lamp:1,Lamp,power,21.5,WTT,,2019-03-01T00:00:00Z',
      'urn:lamp:1,Lamp,power,9,WTT,urn:d:1,2019-03-01T00:00:00Z',
      'urn:lamp:1,Lamp,po wer,9,WTT,,2019-03-01T00:00:00Z',
    ];
    const first = await imports(db, { file: fileOf(csv, 'csv'), format: 'csv', tenant });
    assert.deepEqual([first.imported, first.rejections[0]?.line, first.rejections[0]?.field], [2, 4, 'attribute']);
    const lines = [
      '{"id":"urn:lamp:1","type":"Lamp","observedAt":"2019-03-02T00:00:00Z","power":23,"place":{"type":"Point","coordinates":[6,49]}}',
      '{"id":"urn:lamp:1","type":"Lamp","power":[{"type":"Property","value":24,"observedAt":"2019-03-03T00:00:00Z"}]}',
      '{"id":"urn:lamp:1","type":"Lamp","power":25}',
      '{"id":"urn:lamp:1",',
      '[]',
    ];
    const second = await imports(db, { file: fileOf(lines, 'ndjson'), format: 'ndjson', tenant });
    assert.equal(second.imported, 3);
    assert.deepEqual(
      second.rejections.map(({ line, field }) => [line, field]),
      [
        [3, 'observedAt'],
        [4, 'line'],
        [5, 'line'],
      ],
    );
    const evolution: Record<string, Record<string, unknown>[]> = (
      await ask('GET', '/temporal/entities/urn:lamp:1')
    ).json();
    assert.deepEqual(evolution.power?.map(({ value, unitCode, datasetId }) => [value, unitCode, datasetId]).sort(), [
      [21.5, 'WTT', undefined],
      [23, undefined, undefined],
      [24, undefined, undefined],
      [9, 'WTT', 'urn:d:1'],
    ]);
  });

  test('duplicates nothing: not a repeated file, not existing history, not an extended file', async (t, db) => {
    const tenant = freshTenant();
    const { ask, close } = await startTemporalBroker(db, tenant, 1000);
    t.after(close);
    await ask('POST', '/entities', {
      id: 'urn:lamp:1',
      type: 'Lamp',
      power: { type: 'Property', value: 5, observedAt: '2019-03-01T03:00:00Z' },
    });
    const hour = (n: number) => `urn:lamp:1,2019-03-01T${String(n).padStart(2, '0')}:00:00Z,${n}`;
    const lines = ['id,observedAt,power', ...[0, 1, 2, 3, 4, 4].map(hour)];
    const file = fileOf(lines, 'csv');
    const job = { file, format: 'csv', tenant, type: 'Lamp' } as const;
    const first = await imports(db, job);
    assert.deepEqual([first.imported, first.known, first.resumed], [4, 1, false]);
    const again = await imports(db, job);
    assert.deepEqual([again.imported, again.resumed], [4, true]);
    const importedAgain = await imports(db, { ...job, again: true });
    assert.deepEqual([importedAgain.imported, importedAgain.known, importedAgain.resumed], [0, 5, false]);
    writeFileSync(file, [...lines, hour(5)].join('\n'));
    const grown = await imports(db, job);
    assert.equal(grown.imported, 1);
    const evolution: Values = (await ask('GET', '/temporal/entities/urn:lamp:1?options=temporalValues')).json();
    assert.deepEqual(
      evolution.power?.values.map(([value]) => value),
      [0, 1, 2, 5, 4, 5],
    );
    const present = (await ask('GET', '/entities/urn:lamp:1?options=keyValues')).json();
    assert.equal(present.power, 5);
  });

  test('refuses a line with an unclosed quote, and continues with the next', async (_t, db) => {
    const tenant = freshTenant();
    const row = (n: number, note = 'x') => `urn:lamp:1,2019-03-01T00:${String(n).padStart(2, '0')}:00Z,${n},${note}`;
    const rows = Array.from({ length: 60 }, (_, n) => row(n));
    rows[3] = row(3, '"two\nlines"');
    rows[10] = row(10, 'of 5" and 6"');
    rows[20] = row(20, '"open');
    rows[58] = row(58, '"open as well');
    const file = fileOf(['id,observedAt,power,note', ...rows], 'csv');
    const report = await imports(db, { file, format: 'csv', tenant, type: 'Lamp' });
    assert.deepEqual(
      report.rejections.map(({ line, field, expected }) => [line, field, expected]),
      [
        [23, 'line', 'a closing quote'],
        [61, 'line', 'a closing quote'],
      ],
    );
    assert.deepEqual([report.imported, report.lines], [116, 62]);
  });

  test('makes the last instance of a file the present one, whatever the number of digits of its time', async (t, db) => {
    const tenant = freshTenant();
    const { ask, close } = await startTemporalBroker(db, tenant, 100);
    t.after(close);
    const row = (time: string, power: number) => `urn:lamp:1,2019-03-01T${time}Z,${power}`;
    const lines = ['id,observedAt,power', row('00:00:00', 1), row('00:00:00.5', 2), row('00:00:00.25', 3)];
    await imports(db, { file: fileOf(lines, 'csv'), format: 'csv', tenant, type: 'Lamp' });
    const present = (await ask('GET', '/entities/urn:lamp:1')).json().power;
    const [last] = (await ask('GET', '/temporal/entities/urn:lamp:1?lastN=1')).json().power;
    assert.deepEqual([present.value, present.observedAt], [2, '2019-03-01T00:00:00.5Z']);
    assert.deepEqual([last.value, last.observedAt], [2, '2019-03-01T00:00:00.5Z']);
  });

  test('refuses an invalid file, and imports nothing', async (_t, db) => {
    const tenant = freshTenant();
    const row = 'urn:lamp:1,2019-03-01T00:00:00Z,1';
    const refused = (lines: string[], message: RegExp) =>
      assert.rejects(imports(db, { file: fileOf(lines, 'csv'), format: 'csv', tenant }), message);
    await refused(['id,observedAt,power', row], /type: got nothing, expected --type/);
    await refused(['id,power', row], /headings: got "id,power", expected a column observedAt/);
    await refused(['observedAt,power', row], /expected a column id/);
    await refused(['id,observedAt', row], /expected columns attribute and value, or a column for each attribute/);
    await refused(['id,observedAt,po wer', row], /po wer: got "po wer"/);
    await refused([''], /expected a header line/);
    const { rows } = await db.query({ text: 'SELECT FROM history WHERE tenant = $1', values: [tenant] });
    assert.equal(rows.length, 0);
  });
});
