import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { anonymousAnswers } from '../../../platform/test/support/anonymous-answers.ts';
import { citizenOf, startReportHost } from './support/report-host.ts';

/** The requests of the specification (wiki.open311.org/GeoReport_v2), as another client sends them. */
test('Open311: a client finds, asks, posts and follows, in JSON and XML', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const host = await startReportHost(t, db, { jobs: true });
  const tenant = freshTenant();
  const headers = { 'ngsild-tenant': tenant };
  const get = (path: string) => host.ask('GET', `/open311/v2/${path}`, undefined, headers);
  const json = async (path: string) => JSON.parse(JSON.stringify((await get(path)).body));
  const xml = async (path: string) => {
    const answer = await get(path);
    assert.match(String(answer.headers['content-type']), /^text\/xml/);
    return String(answer.body);
  };
  const post = async (format: 'json' | 'xml', fields: Readonly<Record<string, string>>) => {
    const answer = await host.app.inject({
      method: 'POST',
      url: `/open311/v2/requests.${format}`,
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    });
    return { status: answer.statusCode, text: answer.body };
  };

  const discovery = await json('discovery.json');
  assert.match(discovery.endpoints[0].url, /\/open311\/v2$/);
  assert.match(
    await xml('discovery.xml'),
    /<discovery xmlns="http:\/\/open311.org\/spec\/discovery">.*<endpoint><specification>/s,
  );

  const services = await json('services.json');
  const dumping = services.find(({ service_code: code }: { service_code: string }) => code === 'fly-tipping');
  assert.deepEqual([dumping.metadata, dumping.type, dumping.service_name], [true, 'realtime', 'Dépôt sauvage']);
  assert.ok(!services.some(({ service_code: code }: { service_code: string }) => code === 'department-road'));
  assert.match(await xml('services.xml?locale=en'), /<services><service><service_code>.*<service_name>Fly-tipping</s);
  const definition = await json('services/fly-tipping.json');
  assert.deepEqual(
    [definition.service_code, definition.attributes[0].code, definition.attributes[0].values[0].key],
    ['fly-tipping', 'size', 'bag'],
  );
  assert.match(await xml('services/fly-tipping.xml'), /<service_definition>.*<attribute>.*<value><key>bag<\/key>/s);
  assert.equal((await get('services/none.json')).status, 404);

  const { key, id: keyId } = (await host.ask('POST', '/reports/keys', { name: 'Autre application' }, headers)).body;
  const fields = {
    api_key: key,
    service_code: 'fly-tipping',
    lat: '49.4703',
    long: '5.9312',
    'attribute[size]': 'boot',
    first_name: 'Ada',
    email: 'ada@example.org',
    description: 'Sacs <abandonnés> & gravats',
  };
  const { api_key: _key, ...withoutKey } = fields;
  assert.deepEqual(
    [(await post('json', withoutKey)).status, (await post('json', { ...fields, api_key: 'x' })).status],
    [403, 403],
  );
  const faulty = await post('xml', { ...fields, lat: 'north' });
  assert.equal(faulty.status, 400);
  assert.match(faulty.text, /<errors><error><code>400<\/code><description>lat: got/);
  assert.match((await post('json', { ...fields, 'attribute[size]': 'ship' })).text, /attributes\.size.*one of bag/);
  const made = await post('json', fields);
  assert.equal(made.status, 201, made.text);
  const [{ service_request_id: id }] = JSON.parse(made.text);
  assert.match(
    (await post('xml', fields)).text,
    /<service_requests><request><service_request_id>[0-9A-Z]{10}<\/service_request_id>/,
  );
  assert.equal((await json(`tokens/${id}.json`))[0].service_request_id, id);

  assert.deepEqual(await json('requests.json'), [], 'nothing is public before it is accepted');
  const act = (wanted: object) => host.ask('POST', `/reports/${id}/acts`, wanted, headers);
  await act({ act: 'accept', text: 'Sacs <abandonnés> & gravats' });
  await act({ act: 'status', status: 'fixed', text: 'Enlevé' });
  const [request] = await json(`requests/${id}.json`);
  assert.deepEqual(
    [request.status, request.status_notes, request.lat, request.long],
    ['closed', 'Enlevé', 49.4703, 5.9312],
  );
  assert.match(
    await xml(`requests/${id}.xml`),
    /<request>.*<description>Sacs &lt;abandonnés&gt; &amp; gravats<\/description>/s,
  );
  assert.equal((await json('requests.json?status=closed&service_code=fly-tipping')).length, 1);
  assert.deepEqual(await json('requests.json?status=open'), []);
  assert.deepEqual(await json('requests.json?end_date=2020-01-01T00:00:00Z'), []);
  assert.equal((await get('requests.json?status=odd')).status, 400);
  await act({ act: 'status', status: 'open' });
  const [reopened] = await json(`requests/${id}.json`);
  assert.deepEqual([reopened.status, reopened.status_notes], ['open', 'Ouvert']);
  await act({ act: 'status', status: 'fixed' });
  const updates = await json('servicerequestupdates.json');
  assert.deepEqual(
    updates.map((each: { detailed_status: string }) => each.detailed_status),
    ['open', 'fixed', 'open', 'fixed'],
  );
  assert.match(await xml('servicerequestupdates.xml'), /<service_request_updates><request_update>/);

  assert.equal((await host.ask('DELETE', `/reports/keys/${keyId}`, undefined, headers)).status, 204);
  assert.equal((await post('json', fields)).status, 403);

  await t.test('no personal attribute is in an anonymous answer, feed, export or notification', () => privacy(host));
});

/** Nothing that comes with a report is public unless a moderator has published it. */
async function privacy(host: Awaited<ReturnType<typeof startReportHost>>): Promise<void> {
  const { ask, pushed } = host;
  for (let round = 0; round < 12; round++) {
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    await ask('PUT', '/reports/settings', { proofBits: 0 }, headers);
    const citizen = citizenOf(host, tenant);
    const mark = () => `q${crypto.randomUUID().replaceAll('-', '')}`;
    const pick = <T>(value: T) => (Math.random() < 0.75 ? value : undefined);
    const secrets: string[] = [];
    const secret = (wrap: (text: string) => string = (text) => text) => {
      const text = mark();
      secrets.push(text);
      return wrap(text);
    };
    const digits = `+33 6 ${String(Math.floor(Math.random() * 1e8)).padStart(8, '7')}`;
    secrets.push(digits);
    const contact = { name: pick(secret()), email: pick(secret((text) => `${text}@example.org`)), phone: pick(digits) };
    const device = secret();
    const given = {
      contact: Object.fromEntries(Object.entries(contact).filter(([, value]) => value !== undefined)),
      description: pick(secret()),
      address: pick(secret()),
      device,
    };
    const { id, token } = (await citizen.report(JSON.parse(JSON.stringify(given)))).body;
    const act = (wanted: object) => ask('POST', `/reports/${id}/acts`, wanted, headers);
    const fate = round % 3;
    if (fate === 0) await act({ act: 'accept', text: 'Publié' });
    if (fate === 1) await act({ act: 'hide', reason: secret() });
    await act({ act: 'note', text: secret() });
    await act({ act: 'status', status: 'fixed' });
    await citizen.post(`/follow/${token}/survey`, { satisfied: true, text: secret() });
    secrets.push(token.split('.')[1]);
    const seen = await anonymousAnswers(host, {
      prefixes: ['/citizen/v1/reports', '/open311/v2'],
      fill: { id: [id, `${id}.json`, `${id}.xml`], code: ['pothole.json'] },
      queries: {
        '/nearby': '?lat=49.4703&lon=5.9312&category=pothole',
        '/assets': '?lat=49.4703&lon=5.9312',
      },
      headers,
    });
    // The data behind feeds, subscriptions, exports and history.
    const entity = `entities/urn:ngsi-ld:ServiceRequest:${id}`;
    for (const path of [`/ngsi-ld/v1/${entity}?options=sysAttrs`, `/ngsi-ld/v1/temporal/${entity}`]) {
      const { status, body } = await ask('GET', path, undefined, headers);
      assert.equal(status, 200, path);
      seen.push({ url: path, status, text: JSON.stringify(body) });
    }
    const texts = [...seen, { url: 'messages', text: JSON.stringify(pushed) }];
    for (const { url, text } of texts) {
      for (const each of secrets) assert.ok(!text.includes(each), `${each} of ${JSON.stringify(given)} is at ${url}`);
    }
    assert.ok(seen.length > 14, seen.map(({ url }) => url).join());
    const shown = seen.find(({ url }) => url === `/citizen/v1/reports/${id}`);
    assert.equal(shown?.status, fate === 0 ? 200 : 404);
  }
}
