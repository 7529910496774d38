import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { citizenOf, dumpOf, fileOf, PLACE, startReportHost } from './support/report-host.ts';

test('Reports', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const host = await startReportHost(t, db, { jobs: true, listens: true });
  const { ask, pushed, broker, folder } = host;
  /** A new tenant, with an author and the desk. */
  const newTenant = async (settings: object = {}) => {
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const set = await ask('PUT', '/reports/settings', { postsPerAddressAndHour: 500, ...settings }, headers);
    assert.equal(set.status, 200, JSON.stringify(set.body));
    const desk = {
      get: (path: string) => ask('GET', `/reports${path}`, undefined, headers),
      post: (path: string, body: object) => ask('POST', `/reports${path}`, body, headers),
      remove: (path: string) => ask('DELETE', `/reports${path}`, undefined, headers),
      act: (id: string, act: object) => ask('POST', `/reports/${id}/acts`, act, headers),
    };
    return { tenant, headers, desk, citizen: citizenOf(host, tenant) };
  };

  await t.test(
    'a report is sent without an account, moderated before it is public, and followed by its secret link',
    async () => {
      const { tenant, citizen, desk } = await newTenant();
      const photos = [await citizen.photo(), await citizen.photo(70)] as const;
      const made = await citizen.report({ description: 'Un trou devant la plaque AB-123-CD', photos });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      const { id, token, promisedAt } = made.body;
      assert.ok(Date.parse(promisedAt) > Date.now());

      assert.equal((await citizen.get(`/${id}`)).status, 404, 'nothing is public yet');
      assert.deepEqual((await citizen.get('')).body, { reports: [], count: 0 });
      const [inbox] = (await desk.get('?moderation=pending')).body.reports;
      assert.ok(inbox.photos.every(({ url }: { url: string }) => url.startsWith('/files/')));
      assert.deepEqual([inbox.id, inbox.commune, inbox.words.findings], [id, 'villerupt', ['plate']]);

      const accept = { act: 'accept', text: 'Un trou dans la chaussée', photos: [fileOf(photos[0])] };
      assert.equal((await desk.act(id, accept)).status, 200);
      const answer = { act: 'status', status: 'planned', text: 'Intervention mardi' };
      await desk.act(id, answer);
      await desk.act(id, { act: 'note', text: 'Voir avec la régie' });
      const { body: shown } = await citizen.get(`/${id}`);
      assert.deepEqual(
        [shown.description, shown.status, shown.photos.length],
        ['Un trou dans la chaussée', 'planned', 1],
      );
      assert.doesNotMatch(JSON.stringify(shown), /AB-123|régie/);
      assert.deepEqual(
        shown.timeline.map(({ act }: { act: string }) => act),
        ['report', 'status'],
      );
      assert.match(shown.photos[0], /^\/files\//, 'on whatever host the page is');
      const { pathname, search } = new URL(shown.photos[0], host.publicUrl);
      assert.equal((await ask('GET', pathname + search)).status, 200);
      assert.equal(
        (await ask('GET', `/files/${fileOf(photos[1])}?tenant=${tenant}`)).status,
        404,
        'the other photo stays private',
      );

      const { body: mine } = await citizen.get(`/follow/${token}`);
      assert.deepEqual(
        [mine.text, mine.photos.length, mine.mayReopen],
        ['Un trou devant la plaque AB-123-CD', 2, false],
      );
      assert.equal((await citizen.get(`/follow/${token}x`)).status, 404);
      await desk.act(id, { act: 'status', status: 'fixed' });
      assert.equal((await citizen.get(`/follow/${token}`)).body.survey, 'asked');
      assert.equal(
        (await citizen.post(`/follow/${token}/survey`, { satisfied: false, text: 'Toujours là' })).status,
        200,
      );
      assert.equal((await citizen.post(`/follow/${token}/reopen`, { text: 'Le trou est revenu' })).body.status, 'open');
      assert.equal((await citizen.post(`/follow/${token}/reopen`, {})).status, 409);

      const wanted = ['accept', 'status', 'status'];
      await eventually(
        'devices are notified',
        async () => pushed.filter((each) => each.tenant === tenant).length === wanted.length,
      );
      assert.ok(
        pushed.every(
          ({ topics, title, text }) => !topics[0]?.includes(id) && /nid|Trou|trou/.test(title.fr) && text.fr !== '',
        ),
      );
      assert.doesNotMatch(JSON.stringify(pushed), /AB-123|mardi/);
    },
  );

  await t.test('a photo is blurred where the desk marks it, and the original is deleted', async () => {
    const { tenant, citizen, desk } = await newTenant();
    const upload = await citizen.photo();
    const photo = fileOf(upload);
    const { id, token } = (await citizen.report({ photos: [upload] })).body;
    const areas = [{ x: 0.25, y: 0.25, width: 0.5, height: 0.5 }];
    for (const [wrong, member] of [
      [{ photo: 'another', areas }, 'photo'],
      [{ photo, areas: [] }, 'areas'],
      [{ photo, areas: [{ x: 2, y: 0, width: 1, height: 1 }] }, 'areas'],
      [{ photo, areas, copy: photo }, 'copy'],
    ] as const) {
      const refused = await desk.act(id, { act: 'blur', ...wrong });
      assert.equal(refused.status, 400);
      assert.match(JSON.stringify(refused.body), new RegExp(member));
    }
    assert.equal((await desk.act(id, { act: 'blur', photo, areas })).status, 200);
    assert.equal(
      (await desk.act(id, { act: 'blur', photo, areas })).status,
      400,
      'it is no photo of the report any more',
    );
    assert.deepEqual(
      (await readdir(folder, { recursive: true })).filter((name) => name.includes(photo)),
      [],
    );
    await desk.act(id, { act: 'accept' });
    for (const url of [
      ...(await citizen.get(`/${id}`)).body.photos,
      ...(await citizen.get(`/follow/${token}`)).body.photos,
    ]) {
      const { pathname, search } = new URL(url, host.publicUrl);
      assert.doesNotMatch(pathname, new RegExp(photo));
      assert.equal((await ask('GET', pathname + search)).status, 200);
    }
    assert.equal((await ask('GET', `/files/${photo}?tenant=${tenant}`)).status, 404);
  });

  await t.test('an invalid report is refused with the name of the field, and nothing is stored', async () => {
    const { citizen, desk } = await newTenant({ proofBits: 4, postsPerAddressAndHour: 100 });
    const cases: [object, number, RegExp][] = [
      [{ category: 'nothing' }, 400, /category: got "nothing", expected one of street-light/],
      [{ category: 'department-road' }, 422, /contact Conseil départemental/],
      [{ location: { lat: 48.85, lon: 2.35 } }, 400, /location: got \[2\.35,48\.85\], expected a place in/],
      [{ category: 'fly-tipping' }, 400, /attributes\.size: got nothing, expected an answer/],
      [
        { category: 'fly-tipping', attributes: { size: 'ship' } },
        400,
        /attributes\.size: got "ship", expected one of bag/,
      ],
      [{ description: 'Voir https://example.org' }, 400, /description: got .* expected a text without links/],
      [{ description: 'Gagnez au CASINO' }, 400, /without “casino”/],
      [{ photos: ['0'.repeat(32)] }, 400, /photos/],
      [{ photos: [`${'0'.repeat(32)}.${'x'.repeat(43)}`] }, 400, /photos: got "0+.*expected the token of a photo/],
      [{ asset: 'urn:ngsi-ld:Streetlight:none' }, 400, /asset: got/],
      [{ proof: undefined }, 400, /proof: got nothing/],
      [{ proof: { challenge: '0.9.x.y', nonce: '1' } }, 400, /proof\.challenge/],
      [{ device: 'short' }, 400, /device: got "short"/],
      [{ surname: 'x' }, 400, /surname: got "x", expected no member of that name/],
    ];
    for (const [more, status, detail] of cases) {
      const answer = await citizen.report(more);
      assert.equal(answer.status, status, `${JSON.stringify(more)}: ${JSON.stringify(answer.body)}`);
      assert.match(answer.body.detail, detail);
    }
    assert.equal((await desk.get('')).body.count, 0);
    const proof = await citizen.proof();
    assert.equal((await citizen.report({ proof })).status, 201);
    assert.match((await citizen.report({ proof })).body.detail, /was not used yet/);
    assert.equal((await desk.act('0000000000', { act: 'note', text: 'x' })).status, 404);
    const [{ id }] = (await desk.get('')).body.reports;
    assert.match((await desk.act(id, { act: 'fly' })).body.detail, /act: got "fly", expected one of accept/);
    assert.match((await desk.act(id, { act: 'merge', into: id })).body.detail, /into/);
  });

  await t.test('limits by address and device, and temporary blocks', async () => {
    const { citizen, desk } = await newTenant({ postsPerDeviceAndHour: 2, proofBits: 4 });
    const device = 'device-0123456789abcdef';
    const first = await citizen.report({ device });
    await citizen.report({ device });
    const third = await citizen.report({ device });
    assert.equal(third.status, 429);
    assert.ok(Number(third.headers['retry-after']) > 0);
    const other = { device: 'device-fedcba9876543210' };
    assert.equal((await citizen.report(other)).status, 201);
    const block = { kind: 'address', days: 3, reason: 'Insultes répétées' };
    const blocked = await desk.post(`/${first.body.id}/block`, block);
    assert.equal(blocked.status, 201);
    assert.equal((await citizen.report(other)).status, 403);
    assert.equal((await desk.remove(`/blocks/${blocked.body.id}`)).status, 204);
    assert.equal((await citizen.report(other)).status, 201);
  });

  await t.test('the same problem is found nearby, supported once per device, and merged', async () => {
    const { citizen, desk } = await newTenant({ proofBits: 0 });
    const device = 'device-0123456789abcdef';
    const { id } = (await citizen.report()).body;
    await desk.act(id, { act: 'accept' });
    const near = { lat: PLACE.lat + 0.0001, lon: PLACE.lon };
    const found = await citizen.get(`/nearby?lat=${near.lat}&lon=${near.lon}&category=pothole`);
    assert.deepEqual(
      found.body.reports.map((each: { id: string; metres: number }) => [each.id, each.metres]),
      [[id, 11]],
    );
    const support = () => citizen.post(`/${id}/me-too`, { device });
    assert.deepEqual([(await support()).body, (await support()).body], [{ supporters: 1 }, { supporters: 1 }]);
    const second = (await citizen.report({ location: near })).body;
    const merged = await desk.post('/acts', { reports: [second.id], act: { act: 'merge', into: id } });
    assert.deepEqual(merged.body.results, [{ report: second.id, outcome: 'done' }]);
    const kept = (await desk.get(`/${id}`)).body;
    assert.deepEqual([kept.report.supporters, kept.report.status], [2, 'open']);
    assert.equal((await desk.get(`/${second.id}`)).body.report.duplicateOf, id);
    assert.equal((await desk.act(id, { act: 'merge', into: second.id })).status, 400, 'no circles');
  });

  await t.test(
    'a report about a lamp shows its telemetry and alarms, and is closed with its work order, by one click each',
    async () => {
      const { tenant, citizen, desk, headers } = await newTenant({ proofBits: 0 });
      const lamp = 'urn:ngsi-ld:Streetlight:audun:12';
      const context = `${host.publicUrl}/contexts/territory/v1.jsonld`;
      const location = { type: 'GeoProperty', value: { type: 'Point', coordinates: [PLACE.lon, PLACE.lat] } } as const;
      const powerState = { type: 'Property', value: 'off', observedAt: '2026-03-01T20:14:00.000Z' } as const;
      await broker.client.createEntity(
        { id: lamp, type: 'Streetlight', scope: ['/Villerupt'], location, powerState },
        { tenant, context },
      );
      const alarm = { severity: 'medium', category: 'lighting', text: 'En panne', about: [lamp] };
      const raised = await ask('POST', '/alarms', alarm, headers);
      assert.equal(raised.status, 201, JSON.stringify(raised.body));

      const assets = (await citizen.get('/assets?code=12&category=street-light')).body.assets;
      assert.deepEqual(
        assets.map((each: { id: string }) => each.id),
        [lamp],
      );
      const nearest = (await citizen.get(`/assets?lat=${PLACE.lat}&lon=${PLACE.lon}&category=street-light`)).body
        .assets;
      assert.deepEqual(nearest[0]?.metres, 0);
      const { id } = (await citizen.report({ category: 'street-light', asset: lamp })).body;
      const { asset, telemetry, alarms } = (await desk.get(`/${id}`)).body;
      assert.deepEqual([asset.id, alarms.length, alarms[0].description], [lamp, 1, 'En panne']);
      assert.deepEqual(telemetry, [{ name: 'powerState', value: 'off', observedAt: '2026-03-01T20:14:00.000Z' }]);

      const { workOrder } = (await desk.post(`/${id}/work-order`, { organisation: 'Prestataire' })).body;
      assert.equal((await desk.get(`/${id}`)).body.report.status, 'planned');
      const order = (await ask('GET', `/work-orders/${workOrder}`, undefined, headers)).body.workOrder;
      assert.deepEqual([order.about, order.refServiceRequest], [lamp, `urn:ngsi-ld:ServiceRequest:${id}`]);
      const acts = [
        { key: '1', act: { act: 'start' } },
        { key: '2', act: { act: 'complete', outcome: 'Fait' } },
      ];
      await ask('POST', `/work-orders/${workOrder}/acts`, { acts }, headers);
      await eventually(
        'the report is closed with it',
        async () => (await desk.get(`/${id}`)).body.report.status === 'fixed',
      );
    },
  );

  await t.test(
    'a person gets all their data; after an erasure no personal string is in the database or among the files',
    async () => {
      const { citizen, desk } = await newTenant({ proofBits: 0 });
      const contact = { name: 'Zébulon Trifouillis', email: 'zebulon@trifouillis.example', phone: '+33 6 98 76 54 32' };
      const description = 'Mon portail xylophone est noir';
      const photos = [await citizen.photo()];
      const { id, token } = (await citizen.report({ contact, description, address: '3 impasse Quincampoix', photos }))
        .body;
      await desk.act(id, { act: 'accept', text: description, address: '3 impasse Quincampoix' });
      await desk.act(id, { act: 'note', text: 'Rappeler Mme Trifouillis au +33 6 98 76 54 32' });
      await desk.act(id, { act: 'update', text: 'Merci Zébulon, nous passons' });
      await desk.act(id, { act: 'status', status: 'fixed' });
      await citizen.post(`/follow/${token}/survey`, { satisfied: true, text: 'Signé Trifouillis' });
      assert.deepEqual((await desk.get(`/${id}/contact`)).body.contact, contact);

      const exported = await desk.post('/persons/export', { email: 'ZEBULON@trifouillis.example' });
      const [mine] = exported.body.reports;
      assert.deepEqual([mine.contact, mine.words.text, mine.report.photos.length], [contact, description, 1]);
      assert.deepEqual((await citizen.get(`/follow/${token}/export`)).body.reports.length, 1);
      const secrets = /Trifouillis|Zébulon|zebulon|98 ?76 ?54|xylophone|Quincampoix/i;
      assert.match(await dumpOf(db), secrets, 'the dump would show it');

      assert.equal((await citizen.remove(`/follow/${token}`)).status, 204);
      const left = (await dumpOf(db)).split('\n').filter((line) => secrets.test(line));
      assert.deepEqual(left, []);
      const kept = await readdir(folder, { recursive: true });
      assert.ok(!kept.some((name) => name.includes(fileOf(photos[0] ?? '?'))), 'the photo is gone');
      assert.equal((await citizen.get(`/follow/${token}`)).status, 404);
      assert.deepEqual((await desk.post('/persons/export', { email: contact.email })).body.reports, []);
      const { body } = await citizen.get(`/${id}`);
      assert.deepEqual([body.status, body.description, body.photos], ['fixed', undefined, []], 'what was done stays');
    },
  );

  await t.test('an erasure that fails while photos are deleted is completed by the next one', async () => {
    const { citizen } = await newTenant();
    const photo = await citizen.photo();
    const { token } = (await citizen.report({ photos: [photo] })).body;
    const isThere = async () =>
      (await db.query({ text: 'SELECT FROM files.file WHERE id = $1', values: [fileOf(photo)] })).rows.length > 0;
    await db.query({
      text: `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cut off'; END $$`,
    });
    await db.query({ text: 'CREATE TRIGGER fail BEFORE DELETE ON files.file FOR EACH ROW EXECUTE FUNCTION fail()' });
    assert.equal((await citizen.remove(`/follow/${token}`)).status, 500);
    assert.equal(await isThere(), true);
    await db.query({ text: 'DROP FUNCTION fail CASCADE' });
    assert.equal((await citizen.remove(`/follow/${token}`)).status, 204);
    assert.equal(await isThere(), false);
  });

  await t.test("after the time that their tenant sets, by default a year, authors can't be identified", async () => {
    const reported = async (settings: object, days: number) => {
      const { tenant, citizen, desk } = await newTenant({ proofBits: 0, ...settings });
      const from = { contact: { email: 'old@example.org' }, device: 'device-0123456789abcdef' };
      const { id } = (await citizen.report(from)).body;
      await db.query({
        text: 'UPDATE reports.author SET created_at = now() - make_interval(days => $2) WHERE tenant = $1',
        values: [tenant, days],
      });
      const isKnown = async () => Object.keys((await desk.get(`/${id}/contact`)).body.contact).length > 0;
      return { id, isKnown };
    };
    const ofAYear = await reported({}, 366);
    const ofAMonth = await reported({ pseudonymisedAfterDays: 30 }, 31);
    const ofTwoYears = await reported({ pseudonymisedAfterDays: 730 }, 366);
    const ofHalfAYear = await reported({}, 180);
    const runs = async () => (await ask('GET', '/ops/jobs/reports.pseudonymise')).body.lastRun;
    assert.equal((await ask('POST', '/ops/jobs/reports.pseudonymise/run')).status, 202);
    await eventually('the job has run', async () => (await runs())?.state === 'completed');
    assert.deepEqual([await ofAYear.isKnown(), await ofAMonth.isKnown()], [false, false]);
    const left = await db.query({
      text: 'SELECT email_hash, device_hash, address_hash FROM reports.author WHERE report = ANY($1::text[])',
      values: [[ofAYear.id, ofAMonth.id]],
    });
    const nothing = { email_hash: null, device_hash: null, address_hash: null };
    assert.deepEqual(left.rows, [nothing, nothing]);
    assert.deepEqual([await ofTwoYears.isKnown(), await ofHalfAYear.isKnown()], [true, true]);
  });
});
