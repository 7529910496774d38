import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { citizenOf, fileOf, PLACE, type ReportHost, startReportHost } from './support/report-host.ts';

/* What a stranger can do to the reports and photos of others, and learn about them. */

const LAMP = 'urn:ngsi-ld:Streetlight:1';
const SECRET = 'urn:ngsi-ld:Secret:1';

async function startHost(t: TestContext, options: Parameters<typeof startReportHost>[2] = {}) {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  return startReportHost(t, db, { jobs: true, ...options });
}

/** An author, the desk and a stranger in a new tenant. */
async function newTown(host: ReportHost, settings: object = {}) {
  const { ask } = host;
  const tenant = freshTenant();
  const headers = { 'ngsild-tenant': tenant };
  const given = { proofBits: 0, postsPerAddressAndHour: 500, ...settings };
  assert.equal((await ask('PUT', '/reports/settings', given, headers)).status, 200);
  const act = async (id: string, wanted: object) => {
    const { status, body } = await ask('POST', `/reports/${id}/acts`, wanted, headers);
    assert.equal(status, 200, JSON.stringify(body));
  };
  return { tenant, headers, act, author: citizenOf(host, tenant), stranger: citizenOf(host, tenant) };
}

test('Photos', async (t) => {
  const host = await startHost(t);
  const { ask } = host;

  await t.test('a stranger neither takes nor deletes the photo of another report', async () => {
    const { tenant, act, author, stranger } = await newTown(host);
    const photo = await author.photo();
    const { id } = (await author.report({ photos: [photo] })).body;
    await act(id, { act: 'accept' });
    const shown = (await stranger.get(`/${id}`)).body.photos[0];
    assert.ok(shown.includes(fileOf(photo)), 'the id of a published photo is public');
    const own = (await stranger.photo()).split('.')[1];
    for (const named of [fileOf(photo), `${fileOf(photo)}.${own}`, `${fileOf(photo)}.${'x'.repeat(43)}`, photo]) {
      const refused = await stranger.report({ photos: [named] });
      assert.equal(refused.status, 400, named);
      assert.match(refused.body.detail, /photos/);
    }
    const { token } = (await stranger.report()).body;
    assert.equal((await stranger.remove(`/follow/${token}`)).status, 204);
    const { pathname, search } = new URL(shown, host.publicUrl);
    assert.equal((await ask('GET', pathname + search)).status, 200, 'the photo of the other is still there');
    const other = citizenOf(host, freshTenant());
    assert.equal((await other.report({ photos: [photo] })).status, 400, `not in another tenant than ${tenant}`);
  });

  await t.test('a photo is in one report, however many name it at once', async () => {
    const { author } = await newTown(host);
    const photos = [await author.photo()];
    const answers = await Promise.all([1, 2, 3, 4].map(() => author.report({ photos })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 400, 400, 400]);
    const key = crypto.randomUUID();
    const again = [await author.photo()];
    const proof = await author.proof();
    const sent = [
      await author.report({ photos: again, proof }, key),
      await author.report({ photos: again, proof }, key),
    ];
    assert.deepEqual(
      sent.map(({ status }) => status),
      [201, 200],
      'a report that is sent again keeps its photo',
    );
  });

  await t.test('before moderation only the author sees a photo, and nobody by a link', async () => {
    const { tenant, headers, act, author } = await newTown(host);
    const photo = await author.photo();
    const { id, token } = (await author.report({ photos: [photo] })).body;
    const linked = /https?:|\/files\//;
    const mine = (await author.get(`/follow/${token}`)).body;
    assert.match(mine.photos[0], /^data:image\/jpeg;base64,/);
    const exported = (await author.get(`/follow/${token}/export`)).body.reports[0].report;
    assert.match(exported.photos[0], /^data:image\/jpeg;base64,/);
    assert.doesNotMatch(JSON.stringify([mine.photos, exported.photos]), linked);
    assert.equal((await ask('GET', `/files/${fileOf(photo)}?tenant=${tenant}`)).status, 404);
    const [atDesk] = (await ask('GET', `/reports/${id}`, undefined, headers)).body.report.photos;
    assert.match(atDesk.url, /signature=/, 'who moderates sees it by a link');
    await act(id, { act: 'accept' });
    assert.match((await author.get(`/follow/${token}`)).body.photos[0], linked);
    await act(id, { act: 'hide', reason: 'Un visage' });
    assert.match((await author.get(`/follow/${token}`)).body.photos[0], /^data:/);
  });
});

test('What strangers learn', async (t) => {
  const host = await startHost(t);
  const { ask, broker } = host;

  await t.test('nobody finds out by a report which entities exist', async () => {
    const { tenant, author } = await newTown(host, { postsPerDeviceAndHour: 6 });
    await broker.client.createEntity({ id: SECRET, type: 'Secret' }, { tenant });
    const refusal = async (category: string, asset: string) => {
      const { status, body } = await author.report({ category, asset, device: 'device-0123456789abcdef' });
      return JSON.stringify([status, body]).replaceAll(asset, 'the asset');
    };
    for (const category of ['pothole', 'street-light']) {
      const there = await refusal(category, SECRET);
      assert.match(there, /^\[400,/);
      assert.equal(there, await refusal(category, 'urn:ngsi-ld:Secret:none'));
    }
    await refusal('pothole', SECRET);
    await refusal('pothole', SECRET);
    assert.match(await refusal('pothole', SECRET), /^\[429,/, 'attempts count');
  });

  await t.test(
    'before moderation nobody learns where in a cell of 200 m, or when in an hour, a report was made',
    async () => {
      const { tenant, headers, act, author } = await newTown(host);
      await broker.client.createEntity(
        { id: LAMP, type: 'Streetlight', location: { type: 'GeoProperty', value: point(PLACE) } },
        { tenant, context: `${host.publicUrl}/contexts/territory/v1.jsonld` },
      );
      const list = await author.get('');
      const near = { category: 'street-light', lat: PLACE.lat, lon: PLACE.lon };
      const seen = async (at: object) =>
        (
          await author.get(
            `/nearby?${new URLSearchParams(Object.entries({ ...near, ...at }).map(([name, value]) => [name, String(value)] as [string, string]))}`,
          )
        ).body.reports;
      const { id } = (await author.report({ category: 'street-light', asset: LAMP, language: 'de' })).body;
      const [shown] = await seen({});
      assert.equal(shown.id, id);
      assert.equal(shown.asset, undefined, 'the place of the lamp is known');
      assert.notDeepEqual(shown.location, PLACE);
      for (const time of [shown.requestedAt, shown.updatedAt, shown.promisedAt]) assert.match(time, /:00:00\.000Z$/);
      // Wherever a report is within a cell, all questions about it have the same answers.
      const inCell = { lat: shown.location.lat + 0.0004, lon: shown.location.lon - 0.0006 };
      const second = (await author.report({ category: 'street-light', location: inCell })).body.id;
      for (let n = -20; n <= 20; n++) {
        const found = await seen({ lat: PLACE.lat + n * 0.0002, lon: PLACE.lon + n * 0.0001 });
        const both = [id, second].map((one) => found.find((each: { id: string }) => each.id === one));
        const [one, other] = both.map((each) => each && [each.location, each.metres]);
        assert.deepEqual(one, other, `${n}`);
      }
      assert.equal((await author.get('')).headers.etag, list.headers.etag, 'nor that there is one');
      await act(id, { act: 'accept' });
      const { location, asset, language } = (await author.get(`/${id}`)).body;
      assert.deepEqual([location, asset, language], [PLACE, LAMP, undefined]);
      const desk = (await ask('GET', `/reports/${id}`, undefined, headers)).body.report;
      assert.equal(desk.language, 'de', 'the desk answers in the language of the author');
    },
  );
});

test('all addresses of an IPv6 network count as one sender', async (t) => {
  const host = await startHost(t);
  const { app } = host;
  const { headers } = await newTown(host, { postsPerAddressAndHour: 2 });
  const post = async (remoteAddress: string) => {
    const own = { ...headers, 'idempotency-key': crypto.randomUUID() };
    const payload = { category: 'pothole', location: PLACE };
    const sent = { method: 'POST', url: '/citizen/v1/reports', headers: own, payload, remoteAddress } as const;
    return (await app.inject(sent)).statusCode;
  };
  assert.deepEqual([await post('2001:db8::1'), await post('2001:db8::2'), await post('2001:db8::3')], [201, 201, 429]);
  assert.equal(await post('2001:db8:0:1::1'), 201);
});

test('refused words and limits are for who moderates, and for no other reader', async (t) => {
  const { ask, authorizationOf } = await startHost(t, { access: 'enforced' });
  const root = { authorization: await authorizationOf({ sub: 'root', roles: ['administrator'] }) };
  const policy = (body: object) => ask('POST', '/ops/access/policies', body, root);
  const open = { id: 'settings-parking', who: { anyone: true }, may: ['read'], types: ['OffStreetParking'] };
  const reports = { types: ['https://uri.etsi.org/ngsi-ld/default-context/ServiceRequest'] };
  const answers = [
    await policy(open),
    await policy({ id: 'settings-passer-by', who: { roles: ['passer-by'] }, may: ['read'], ...reports }),
    await policy({ id: 'settings-thil', who: { roles: ['thil'] }, may: ['read', 'write'], scopeQ: '/Thil/#' }),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201],
    JSON.stringify(answers),
  );
  const read = async (role: string | undefined) => {
    const headers: Record<string, string> =
      role === undefined ? {} : { authorization: await authorizationOf({ sub: role, roles: [role] }) };
    return (await ask('GET', '/reports/settings', undefined, headers)).status;
  };
  assert.deepEqual(
    [await read(undefined), await read('passer-by'), await read('thil'), await read('administrator')],
    [404, 404, 200, 200],
  );
});

function point({ lat, lon }: typeof PLACE) {
  return { type: 'Point', coordinates: [lon, lat] } as const;
}
