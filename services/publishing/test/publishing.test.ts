import assert from 'node:assert/strict';
import { eachDatabase, freshTenant, withAbsentNode } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startPublishingHost, written } from './support/publishing-host.ts';

const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();

eachDatabase('Publishing', (test) => {
  test('a ready item is public in its language and an entity for other platforms, and is withdrawn when it expires', async (t, db) => {
    const { ask, broker } = await startPublishingHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const texts = { fr: { title: 'Bonjour', body: '# Un\n\ntexte' }, de: { title: 'Guten Tag' } };
    const made = await ask('POST', '/publishing/items', written('', {}, { texts, theme: 'culture' }), headers);
    assert.equal(made.status, 201);
    const { id, version } = made.body.item;
    await ask('POST', '/publishing/items', written('Brouillon', { state: 'draft' }), headers);
    await ask('POST', '/publishing/items', written('Demain', { publishAt: inHours(24) }), headers);

    const list = await ask('GET', '/citizen/v1/news?language=de&commune=villerupt', undefined, headers);
    assert.deepEqual(
      list.body.items.map((item: { title: string; language: string }) => [item.title, item.language]),
      [['Guten Tag', 'de']],
    );
    const again = await ask('GET', '/citizen/v1/news?language=de&commune=villerupt', undefined, {
      ...headers,
      'if-none-match': String(list.headers.etag),
    });
    assert.equal(again.status, 304);
    const whole = await ask('GET', `/citizen/v1/items/${id}`, undefined, headers);
    assert.equal(whole.body.html, '<h2>Un</h2>\n<p>texte</p>\n');
    assert.doesNotMatch(JSON.stringify(whole.body), /author|modifiedAt|version/);

    const context = 'http://localhost:1026/contexts/Commune/v1.jsonld';
    const entity = await broker.client.retrieveEntity(`urn:ngsi-ld:NewsArticle:${id}`, { tenant, context });
    assert.deepEqual(entity?.headline, { type: 'LanguageProperty', languageMap: { fr: 'Bonjour', de: 'Guten Tag' } });
    assert.equal(entity?.scope, '/Villerupt');

    const over = written('', { expiresAt: new Date(Date.now() + 2_000).toISOString() }, { texts });
    const stale = await ask('PUT', `/publishing/items/${id}`, over, { ...headers, 'if-match': '"7"' });
    assert.equal(stale.status, 409);
    const updated = await ask('PUT', `/publishing/items/${id}`, over, { ...headers, 'if-match': `"${version}"` });
    assert.equal(updated.status, 200);
    await eventually('the entity is gone', async () => {
      const there = await broker.client.retrieveEntity(`urn:ngsi-ld:NewsArticle:${id}`, { tenant, context });
      return there === undefined;
    });
    assert.equal((await ask('GET', `/citizen/v1/items/${id}`, undefined, headers)).status, 404);
    assert.deepEqual((await ask('GET', '/citizen/v1/news', undefined, headers)).body.items, []);
  });

  test('while a node is away, items of the tenants of other nodes become public at their time, and its own when it is back', async (t, given) => {
    const away = new Set<string>();
    const { ask, broker } = await startPublishingHost(t, withAbsentNode(given, /\bpublishing\.\w/, away));
    const context = 'http://localhost:1026/contexts/Commune/v1.jsonld';
    const soon = new Date(Date.now() + 3_000).toISOString();
    const itemOf = async (tenant: string) => {
      await broker.client.createEntity({ id: 'urn:ngsi-ld:Thing:0', type: 'Thing' }, { tenant });
      const headers = { 'ngsild-tenant': tenant };
      const { body } = await ask('POST', '/publishing/items', written('Bientôt', { publishAt: soon }), headers);
      const id = `urn:ngsi-ld:NewsArticle:${body.item.id}`;
      return async () => (await broker.client.retrieveEntity(id, { tenant, context })) !== undefined;
    };
    const gone = freshTenant();
    const isOtherPublic = await itemOf(freshTenant());
    const isPublic = await itemOf(gone);
    away.add(gone);
    assert.equal(await isOtherPublic(), false);
    await eventually('the other is public', isOtherPublic);
    assert.equal(await isPublic(), false);
    away.clear();
    await eventually('its own is public', isPublic);
  });

  test('a search finds only public items, of each kind, by beginnings of words', async (t, db) => {
    const { ask } = await startPublishingHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    const put = async (kind: string, title: string, document: object = {}, state = 'ready') => {
      const texts = { fr: { title, body: 'Médiathèque' } };
      const answer = await ask(
        'POST',
        '/publishing/items',
        written(title, { kind, state }, { texts, ...document }),
        headers,
      );
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      return answer.body.item.id as string;
    };
    await put('news', 'Fête de l’École');
    await put('place', 'Boulangerie', { place: { category: 'bakery' }, address: 'Rue de l’École, Thil' });
    await put('news', 'École secrète', {}, 'draft');
    const withdrawn = await put('news', 'École du passé');
    const found = async (text: string, more = '') => {
      const answer = await ask('GET', `/citizen/v1/search?text=${encodeURIComponent(text)}${more}`, undefined, headers);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return answer.body.items.map(({ title }: { title: string }) => title);
    };
    assert.deepEqual((await found('ecol')).slice(-1), ['Boulangerie'], 'what has it in its title comes first');
    assert.deepEqual((await found('école')).sort(), ['Boulangerie', 'Fête de l’École', 'École du passé'].sort());
    assert.deepEqual(await found('ecole thil'), ['Boulangerie']);
    assert.deepEqual(await found('cole'), [], 'a part of a word is no beginning');
    assert.deepEqual(await found('Brot'), ['Boulangerie'], 'a word for the same in another language');
    assert.deepEqual(await found('bulangerie'), ['Boulangerie'], 'with a typing error');
    assert.equal((await found('mediatheque', '&limit=1')).length, 1);
    const gone = written('', { state: 'withdrawn' }, { texts: { fr: { title: 'École du passé' } } });
    assert.equal((await ask('PUT', `/publishing/items/${withdrawn}`, gone, headers)).status, 200);
    assert.deepEqual((await found('ecole')).includes('École du passé'), false, 'gone at once');
    assert.equal((await ask('GET', '/citizen/v1/search', undefined, headers)).status, 400);
  });

  test('a menu is shown until the end of its day where it is eaten, so today’s is the first', async (t, db) => {
    const { ask } = await startPublishingHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    const days = ['2031-05-05', '2031-05-06', '2031-05-07'];
    for (const day of days) {
      const menu = { day, canteen: 'École', dishes: [{ course: 'main', name: 'Quiche' }] };
      const { status, body } = await ask(
        'POST',
        '/publishing/items',
        written(day, { kind: 'menu' }, { menu }),
        headers,
      );
      assert.equal(status, 201, JSON.stringify(body));
    }
    const shownAt = async (from: string) => {
      const { body } = await ask('GET', `/citizen/v1/menus?from=${from}`, undefined, headers);
      return body.items.map(({ menu }: { menu: { day: string } }) => menu.day);
    };
    assert.deepEqual(await shownAt('2031-05-05T21:59:00Z'), days, 'a minute before midnight in Villerupt');
    assert.deepEqual(await shownAt('2031-05-05T22:00:00Z'), days.slice(1));
    assert.deepEqual(await shownAt('2031-05-06T05:30:00Z'), days.slice(1), 'before school');
    assert.deepEqual(await shownAt('2031-05-06T15:00:00Z'), days.slice(1), 'after the meal');
  });

  test('an item of the community is shown in its communes, except those that decline it', async (t, db) => {
    const { ask } = await startPublishingHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    const put = async (title: string, document: object = {}) =>
      (await ask('POST', '/publishing/items', written(title, { owner: '' }, document), headers)).body.item.id;
    const all = await put('Pour tous');
    await put('Pour deux', { communes: ['thil', 'aumetz'] });
    await ask('POST', '/publishing/items', written('À Thil', { owner: 'thil' }), headers);
    const titles = async (commune: string) =>
      (await ask('GET', `/citizen/v1/news?commune=${commune}`, undefined, headers)).body.items
        .map((item: { title: string }) => item.title)
        .sort();
    assert.deepEqual(await titles('thil'), ['Pour deux', 'Pour tous', 'À Thil']);
    assert.deepEqual(await titles('villerupt'), ['Pour tous']);

    assert.equal((await ask('PUT', `/publishing/items/${all}/declined/thil`, undefined, headers)).status, 204);
    assert.deepEqual(await titles('thil'), ['Pour deux', 'À Thil']);
    assert.deepEqual(await titles('thil,villerupt'), ['Pour deux', 'Pour tous', 'À Thil']);
    await ask('DELETE', `/publishing/items/${all}/declined/thil`, undefined, headers);
    assert.deepEqual(await titles('thil'), ['Pour deux', 'Pour tous', 'À Thil']);
  });

  test('an agent writes only for their commune; everybody reads without an account', async (t, db) => {
    const { ask, authorizationOf } = await startPublishingHost(t, db, { access: 'enforced' });
    const administrator = { authorization: await authorizationOf({ sub: 'root', roles: ['administrator'] }) };
    const policy = (role: string, more: object) =>
      ask(
        'POST',
        '/ops/access/policies',
        { id: `publishing.${role}`, who: { roles: [role] }, may: ['read', 'write'], ...more },
        administrator,
      );
    const made = await policy('thil-agent', { scopeQ: '/Thil' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal((await policy('reader', { may: ['read'] })).status, 201);
    const agent = { authorization: await authorizationOf({ sub: 'a', roles: ['thil-agent'] }) };
    const make = async (headers: Record<string, string>, owner: string) =>
      (await ask('POST', '/publishing/items', written(`De ${owner}`, { owner }), headers)).status;
    assert.deepEqual(
      [await make(agent, 'thil'), await make(agent, 'villerupt'), await make(agent, ''), await make(administrator, '')],
      [201, 403, 403, 201],
    );
    assert.equal(await make({ authorization: await authorizationOf({ sub: 'r', roles: ['reader'] }) }, 'thil'), 403);
    assert.equal(await make({}, 'thil'), 401);
    const { owners, items } = (await ask('GET', '/publishing/items', undefined, agent)).body;
    assert.deepEqual(owners, ['thil']);
    // Other tests may have written in this tenant.
    const ofCommunity = items.find(
      (item: { document: { texts: { fr?: { title: string } } } }) => item.document.texts.fr?.title === 'De ',
    );
    const decline = (commune: string) =>
      ask('PUT', `/publishing/items/${ofCommunity.id}/declined/${commune}`, undefined, agent);
    assert.deepEqual([(await decline('thil')).status, (await decline('villerupt')).status], [204, 403]);
    const home = await ask('GET', '/citizen/v1/home?commune=thil');
    const shown = home.body.news.map((item: { title: string }) => item.title);
    assert.deepEqual([shown.includes('De thil'), shown.includes('De ')], [true, false]);
  });

  test('items that are not public are listed only to those who may write them; those of the community also to those who may decline them', async (t, db) => {
    const { ask, authorizationOf } = await startPublishingHost(t, db, { access: 'enforced' });
    const tenant = freshTenant();
    const as = async (role: string) => ({
      authorization: await authorizationOf({ sub: role, roles: [role] }),
      'ngsild-tenant': tenant,
    });
    const administrator = await as('administrator');
    for (const [role, more] of [
      ['reader', { may: ['read'] }],
      ['thil', { scopeQ: '/Thil' }],
    ] as const) {
      const policy = {
        id: `${role}-${tenant}`,
        who: { roles: [role] },
        may: ['read', 'write'],
        tenants: [tenant],
        ...more,
      };
      const made = await ask('POST', '/ops/access/policies', policy, administrator);
      assert.equal(made.status, 201, JSON.stringify(made.body));
    }
    const ids = new Map<string, string>();
    for (const [title, more] of [
      ['Public', { owner: 'villerupt' }],
      ['Brouillon de Villerupt', { owner: 'villerupt', state: 'draft' }],
      ['Brouillon de Thil', { owner: 'thil', state: 'draft' }],
      ['Demain à Thil', { owner: 'thil', publishAt: inHours(24) }],
      ['Demain partout', { owner: '', publishAt: inHours(24) }],
      ['Retiré à Villerupt', { owner: 'villerupt', state: 'withdrawn' }],
    ] as const) {
      const made = await ask('POST', '/publishing/items', written(title, more), administrator);
      assert.equal(made.status, 201, JSON.stringify(made.body));
      ids.set(title, made.body.item.id);
    }
    const listed = async (headers: Record<string, string>, query = '') =>
      (await ask('GET', `/publishing/items${query}`, undefined, headers)).body.items
        .map(({ document }: { document: { texts: { fr: { title: string } } } }) => document.texts.fr.title)
        .sort();
    const statusOf = async (title: string, headers: Record<string, string>) =>
      (await ask('GET', `/publishing/items/${ids.get(title)}`, undefined, headers)).status;
    assert.deepEqual(await listed(administrator), [...ids.keys()].sort());
    const [reader, thil] = [await as('reader'), await as('thil')];
    assert.deepEqual(await listed(reader), ['Public']);
    assert.deepEqual(await listed(reader, '?state=draft'), []);
    assert.deepEqual(await listed(reader, '?state=scheduled'), []);
    assert.deepEqual(await listed(thil), ['Brouillon de Thil', 'Demain partout', 'Demain à Thil', 'Public'].sort());
    assert.deepEqual(
      await Promise.all(['Public', 'Brouillon de Thil', 'Demain partout'].map((title) => statusOf(title, reader))),
      [200, 404, 404],
    );
    assert.deepEqual(
      await Promise.all([...ids.keys()].map((title) => statusOf(title, thil))),
      [200, 404, 200, 200, 200, 404],
    );
  });

  test('a poll: one answer per device, counted in the answer and in the entity', async (t, db) => {
    const { ask, broker } = await startPublishingHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const choices = [
      { id: 'oui', text: { fr: 'Oui', lb: 'Jo' } },
      { id: 'non', text: { fr: 'Non' } },
    ];
    const poll = written('Marché le samedi ?', { kind: 'poll' }, { poll: { choices } });
    const { id } = (await ask('POST', '/publishing/items', poll, headers)).body.item;
    const answer = (device: string, choice: string) =>
      ask('POST', `/citizen/v1/polls/${id}/answers`, { device, choice }, headers);
    const [first, second, other, unknown] = [
      await answer('a'.repeat(20), 'oui'),
      await answer('a'.repeat(20), 'non'),
      await answer('b'.repeat(20), 'non'),
      await answer('c'.repeat(20), 'jein'),
    ];
    assert.deepEqual([first.status, second.status, other.status, unknown.status], [201, 409, 201, 400]);
    assert.deepEqual(other.body.answers, { oui: 1, non: 1 });
    const [shown] = (await ask('GET', '/citizen/v1/polls?language=lb', undefined, headers)).body.items;
    assert.deepEqual([shown.answers, shown.choices[0].text], [{ oui: 1, non: 1 }, 'Jo']);
    const read = await ask('GET', `/publishing/items/${id}`, undefined, headers);
    assert.deepEqual(read.body.answers, { oui: 1, non: 1 });
    await eventually('the entity has the counts', async () => {
      const context = 'http://localhost:1026/contexts/Publishing/v1.jsonld';
      const found = { tenant, context, format: 'simplified' } as const;
      return (await broker.client.retrieveEntity(`urn:ngsi-ld:Question:${id}`, found))?.answerCount === 2;
    });
    const { rows } = await db.query<{ text: string }>({
      text: 'SELECT poll_answer::text AS text FROM publishing.poll_answer WHERE poll = $1',
      values: [id],
    });
    assert.doesNotMatch(JSON.stringify(rows), /aaaaaaaa/, 'the device is not kept');
  });

  test('invented devices of one network do not decide a poll', async (t, db) => {
    const { app, ask } = await startPublishingHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    const choices = [
      { id: 'oui', text: { fr: 'Oui' } },
      { id: 'non', text: { fr: 'Non' } },
    ];
    const poll = written('Marché le samedi ?', { kind: 'poll' }, { poll: { choices } });
    const { id } = (await ask('POST', '/publishing/items', poll, headers)).body.item;
    const answer = async (n: number, remoteAddress: string) => {
      const payload = { device: `device-${String(n).padStart(16, '0')}`, choice: 'oui' };
      const url = `/citizen/v1/polls/${id}/answers`;
      return (await app.inject({ method: 'POST', url, headers, payload, remoteAddress })).statusCode;
    };
    const statuses: number[] = [];
    for (let n = 0; n < 55; n++) statuses.push(await answer(n, `2001:db8::${n.toString(16)}`));
    assert.deepEqual(statuses, [...Array<number>(50).fill(201), ...Array<number>(5).fill(429)]);
    assert.equal(await answer(60, '2001:db8:0:1::1'), 201, 'others still answer');
    const { rows } = await db.query({
      text: 'SELECT sum(answers)::int AS n, string_agg(network_hash, $2) AS hashes FROM publishing.poll_network WHERE poll = $1',
      values: [id, ' '],
    });
    assert.match(JSON.stringify(rows), /"n":51/);
    assert.doesNotMatch(JSON.stringify(rows), /db8/, 'the address is not kept');
  });

  test('events are a calendar, news a feed; a repeated import has no effect', async (t, db) => {
    const { ask } = await startPublishingHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    const start = inHours(24);
    const agenda = { events: [{ uid: 1, title: { fr: 'Bal' }, timings: [{ begin: start, end: inHours(26) }] }] };
    const body = { format: 'openagenda', owner: 'thil', state: 'ready', text: JSON.stringify(agenda) };
    const first = await ask('POST', '/publishing/imports', body, headers);
    const second = await ask('POST', '/publishing/imports', body, headers);
    assert.deepEqual(
      [first.body, second.body],
      [
        { created: 1, updated: 0, unchanged: 0, rejected: [] },
        { created: 0, updated: 0, unchanged: 1, rejected: [] },
      ],
    );
    const calendar = await ask('GET', '/citizen/v1/events.ics', undefined, headers);
    assert.match(calendar.body, /SUMMARY:Bal/);
    const { body: listed } = await ask('GET', '/citizen/v1/events', undefined, headers);
    const one = `/citizen/v1/items/${listed.items[0].id}/event.ics`;
    assert.equal((await ask('GET', one, undefined, headers)).body.match(/BEGIN:VEVENT/g).length, 1);
    const news = (await ask('POST', '/publishing/items', written('No event'), headers)).body.item;
    assert.equal((await ask('GET', `/citizen/v1/items/${news.id}/event.ics`, undefined, headers)).status, 404);
    await ask('POST', '/publishing/items', written('A & B'), headers);
    assert.match((await ask('GET', '/citizen/v1/news.rss', undefined, headers)).body, /<title>A &amp; B<\/title>/);
    const refused = await ask('POST', '/publishing/imports', { ...body, format: 'ics' }, headers);
    assert.equal(refused.status, 400);
  });
});
