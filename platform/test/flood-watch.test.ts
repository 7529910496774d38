import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildArchive } from '@alzette/packs/archive';
import { withParameters } from '@alzette/packs/parameters';
import { readPackFolder } from '@alzette/packs/read';
import { parse } from 'yaml';
import { askAs } from './support/ask-as.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';

const line = {
  type: 'LineString',
  coordinates: [
    [6.16, 49.36],
    [6.2, 49.4],
  ],
};
const section = (properties: object) => ({ type: 'Feature', properties, geometry: line });
/** In the form of vigicrues.gouv.fr, whose names have changed their case. */
const VIGILANCE = {
  type: 'FeatureCollection',
  features: [
    section({ CdEntCru: 'MO3', lbentcru: 'Moselle aval', NivInfViCr: 3 }),
    section({ CdEntCru: 'MO2', LbEntCru: 'Moselle amont', NivInfViCr: '1' }),
    section({ CdEntCru: 'ME1', lbentcru: 'Meuse amont', NivInfViCr: 2 }),
  ],
};
/** In the form of hubeau.eaufrance.fr: millimetres, and status 206 where there is more. */
const LEVELS = {
  count: 2,
  data: [
    {
      code_station: 'A161003001',
      date_obs: '2026-03-02T09:00:00Z',
      resultat_obs: 1250,
      longitude: 7.36,
      latitude: 48.08,
    },
    {
      code_station: 'A161003001',
      date_obs: '2026-03-02T08:45:00Z',
      resultat_obs: null,
      longitude: 7.36,
      latitude: 48.08,
    },
  ],
};

interface Previewed {
  readonly problems: readonly object[];
  readonly items: readonly { readonly entities: readonly { readonly [name: string]: unknown }[] }[];
}

test('the flood watch reads the vigilance of a river and the levels of stations', async (t) => {
  const asked: string[] = [];
  const base = await serving(t, (path) => {
    asked.push(path);
    return path.startsWith('/services') ? { status: 200, body: VIGILANCE } : { status: 206, body: LEVELS };
  });
  const platform = await startGuardedPlatform(t, { OUTGOING: '127.0.0.0/8' });
  const { done } = askAs(platform.app, await platform.authorizationOf('root', 'administrator'));
  const preview = async (name: string) => {
    const path = fileURLToPath(new URL(`../../packs/flood-watch/sources/${name}.yaml`, import.meta.url));
    const values = { river: 'Moselle', stations: 'A161003001', rise: 20, told: 'group:crise' };
    const source = withParameters(parse(await readFile(path, 'utf8')), values) as { from: { url: string } };
    const { pathname, search } = new URL(source.from.url);
    return (await done('POST', '/iot/sources/preview', {
      ...source,
      from: { url: `${base}${pathname}${search}` },
    })) as Previewed;
  };

  const vigilance = await preview('vigicrues');
  assert.deepEqual(vigilance.problems, []);
  const alerts = vigilance.items.flatMap(({ entities }) => entities) as {
    id: string;
    severity: { value: string };
    subCategory: { value: string };
    location: { value: object };
  }[];
  assert.deepEqual(
    alerts.map(({ id, severity, subCategory }) => [id, severity.value, subCategory.value]),
    [
      ['urn:ngsi-ld:WeatherAlert:vigicrues:MO3', 'high', 'flood'],
      ['urn:ngsi-ld:WeatherAlert:vigicrues:MO2', 'informational', 'flood'],
    ],
  );
  assert.deepEqual(alerts[0]?.location.value, line);

  const levels = await preview('hubeau');
  const [first] = levels.items.flatMap(({ entities }) => entities) as {
    id: string;
    streamGauge: { value: number; unitCode: string; observedAt: string };
  }[];
  assert.equal(first?.id, 'urn:ngsi-ld:WeatherObserved:hubeau:A161003001');
  const { value, unitCode, observedAt } = first?.streamGauge ?? {};
  assert.deepEqual([value, unitCode, Date.parse(observedAt ?? '')], [125, 'CMT', Date.UTC(2026, 2, 2, 9)]);
  assert.match(asked.at(-1) ?? '', /code_entite=A161003001&grandeur_hydro=H/);
});

test('a pack whose source reads its sample in another way than its test says is not installed', async (t) => {
  const platform = await startGuardedPlatform(t, {});
  const { done } = askAs(platform.app, await platform.authorizationOf('root', 'administrator'));
  const folder = fileURLToPath(new URL('../../packs/flood-watch', import.meta.url));
  const { manifest, files } = await readPackFolder(folder);
  const wrong = files.map((file) => {
    if (file.folder !== 'tests' || file.name !== 'hubeau-levels.yaml') return file;
    const entities = [{ id: 'urn:ngsi-ld:WeatherObserved:hubeau:A161003001', values: { streamGauge: 1250 } }];
    return { ...file, document: { ...file.document, entities } };
  });
  const { digest } = (await done('POST', '/packs/archives', buildArchive(manifest, wrong))) as { digest: string };
  const parameters = { river: 'Moselle', stations: 'A161003001' };
  const { obstacles } = (await done('POST', '/packs/flood-watch/plan', { digest, parameters })) as {
    obstacles: readonly string[];
  };
  assert.equal(obstacles.length, 1, obstacles.join('\n'));
  assert.match(
    obstacles[0] ?? '',
    /^tests\/hubeau-levels\.yaml: got .*"streamGauge":125.*, expected .*"streamGauge":1250/,
  );
});

type Answer = { readonly status: number; readonly body: object };

async function serving(t: TestContext, answer: (path: string) => Answer): Promise<string> {
  const server = createServer((request, response) => {
    const { status, body } = answer(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
