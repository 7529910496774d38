import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import type { FastifyInstance } from 'fastify';
import { NINE } from './founded.ts';

type Headers = Readonly<Record<string, string>>;

export async function group(app: FastifyInstance, root: Headers, ofAalt: Headers) {
  const ask = (headers: Headers) => app.inject({ url: '/ops/collectivities/figures', headers });
  const { collectivities } = (await ask(root)).json();
  assert.equal(collectivities.length, NINE.length);
  const { url, usage, ...aalt } = collectivities[0];
  assert.match(url, /^http:\/\/aalt.example.org:\d+$/);
  // The lamp of its administrator, and the building that was marked.
  assert.deepEqual(aalt, {
    ...{ tenant: 'aalt', name: 'Gemeng aalt', entities: 2 },
    ...{ openAlarms: 0, openReports: 0, lateReports: 0, fileBytes: 0, inhabitants: 500 },
  });
  assert.deepEqual(Object.keys(usage), ['requests', 'jobs', 'computeSeconds', 'mails', 'pushes']);
  assert.equal((await ask({ ...ofAalt, host: 'aalt.example.org' })).statusCode, 403);
}

/** What each bears of the costs, by the formula of who runs the installation. */
export async function costs(app: FastifyInstance, root: Headers, ofAalt: Headers) {
  const ask = async (headers: Headers, payload?: object) => {
    const method = payload === undefined ? 'GET' : 'PUT';
    const answer = await app.inject({
      method,
      url: '/ops/collectivities/costs',
      headers,
      ...(payload && { payload }),
    });
    return { status: answer.statusCode, body: answer.json() };
  };
  const first = await ask(root);
  assert.deepEqual([first.body.formula, first.body.amount], ['inhabitants', 0]);
  // 500 + 1000 + … + 4500 inhabitants are 22,500.
  const { body } = await ask(root, { formula: 'inhabitants', amount: 1000 });
  const percents = ['2.22', '4.44', '6.67', '8.89', '11.11', '13.33', '15.56', '17.78', '20'];
  const shares: readonly { tenant: string; percent: number; amount: number }[] = NINE.map((tenant) =>
    body.shares.find((each: { tenant: string }) => each.tenant === tenant),
  );
  assert.deepEqual(
    shares.map(({ percent }) => String(percent)),
    percents,
  );
  assert.deepEqual(
    shares.map(({ amount }) => amount),
    [22.22, 44.44, 66.67, 88.89, 111.11, 133.33, 155.56, 177.78, 200],
  );
  assert.deepEqual((await ask(root)).body, body);
  for (const [formula, message] of [
    ['inhabitants +', /formula: got "inhabitants \+"/],
    ['unknown', /for Gemeng aalt it gives undefined/],
    ['inhabitants - 1000', /for Gemeng aalt it gives -500, expected a number of at least 0/],
    ['1 / (inhabitants - 500)', /for Gemeng aalt it gives Infinity/],
    ["'many'", /gives many/],
  ] as const) {
    const wrong = await ask(root, { formula, amount: 1000 });
    assert.equal(wrong.status, 400, formula);
    assert.match(wrong.body.detail, message);
  }
  assert.equal((await ask(root)).body.formula, 'inhabitants');
  for (const payload of [undefined, { formula: '1', amount: 1 }])
    assert.equal((await ask({ ...ofAalt, host: 'aalt.example.org' }, payload)).status, 403);
}

/** Each decides what the others see of it, and they see no more. */
export async function comparison(
  app: FastifyInstance,
  {
    ofAalt,
    ofNeit,
    root,
    publicUrl,
  }: { readonly ofAalt: Headers; readonly ofNeit: Headers; readonly root: Headers; readonly publicUrl: string },
) {
  const asker =
    (host: string, own: Headers) => async (method: 'GET' | 'PUT' | 'POST', url: string, payload?: object) => {
      const headers = { ...own, host };
      const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
      return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
    };
  const [aalt, neit] = [asker('aalt.example.org', ofAalt), asker('neit.example.org', ofNeit)];
  const seen = async (ask: typeof aalt, id: string) => {
    const { status, body } = await ask('GET', '/decisions/comparison');
    assert.equal(status, 200, JSON.stringify(body));
    const { values } = body.indicators.find((each: { id: string }) => each.id === id);
    return values.map(({ tenant, value }: { tenant: string; value: number }) => `${tenant} ${value}`);
  };
  const context = `${publicUrl}${TERRITORY_CONTEXT_PATH}`;
  const link = `<${context}>; rel="http://www.w3.org/ns/json-ld#context"`;
  const lamp = await app.inject({
    method: 'POST',
    url: '/ngsi-ld/v1/entities',
    headers: { ...ofAalt, host: 'aalt.example.org', link },
    payload: { id: 'urn:ngsi-ld:Streetlight:counted', type: 'Streetlight', scope: '/Duerf_0' },
  });
  assert.equal(lamp.statusCode, 201, lamp.body);
  const compute = await aalt('POST', '/decisions/indicators/computation');
  assert.equal(compute.status, 202);
  // One lamp for 500 inhabitants, of which the catalogue has the number for 1000.
  await eventually('its indicators are there', async () => (await seen(aalt, 'lamps'))[0], 60_000);
  assert.deepEqual(await seen(aalt, 'lamps'), ['aalt 2']);
  assert.deepEqual(await seen(neit, 'lamps'), []);
  const share = (ask: typeof aalt, indicators: readonly string[]) =>
    ask('PUT', '/decisions/comparison/shared', { indicators });
  assert.equal((await share(aalt, ['lamps'])).status, 200);
  assert.deepEqual(await seen(neit, 'lamps'), ['aalt 2']);
  assert.deepEqual(await seen(neit, 'population'), [], 'only what it chose');
  const { body } = await neit('GET', '/decisions/comparison');
  assert.deepEqual(body.collectivities, [
    { tenant: 'neit', name: 'Gemeng neit', isOwn: true },
    { tenant: 'aalt', name: 'Gemeng aalt', isOwn: false },
  ]);
  assert.deepEqual(body.shared, []);
  assert.deepEqual(await seen(asker('localhost', root), 'lamps'), ['aalt 2']);

  assert.equal((await share(asker('aalt.example.org', ofNeit), ['lamps'])).status, 403);
  assert.equal((await asker('neit.example.org', {})('GET', '/decisions/comparison')).status, 401);
  for (const id of ['median-income', 'unknown']) {
    const wrong = await share(aalt, ['lamps', id]);
    assert.equal(wrong.status, 400);
    assert.match(wrong.body.detail, new RegExp(`indicators: got "${id}"`));
  }
  assert.deepEqual(await seen(neit, 'lamps'), ['aalt 2'], 'a refusal changes nothing');
  assert.equal((await share(aalt, [])).status, 200);
  assert.deepEqual(await seen(neit, 'lamps'), [], 'it was withdrawn, and nothing is kept for later');
  assert.deepEqual(await seen(aalt, 'lamps'), ['aalt 2']);
}
