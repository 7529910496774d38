import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import sharp from 'sharp';
import { startMailServer } from '../../channels/test/support/mail-server.ts';
import { startPictureHost, startPublishingHost, written } from './support/publishing-host.ts';

const BAKERY = {
  texts: { fr: { title: 'Boulangerie', summary: 'Du pain' } },
  place: { category: 'alimentation', telephone: '03 53 01 00 11', openingHours: 'Tu-Su 06:30-19:00' },
};
const place = (owner = 'thil') => written('', { kind: 'place', owner }, BAKERY);
const tokenOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);

eachDatabase('Keepers of entries', (test) => {
  test('a keeper proposes by their link; the town hall refuses with a reason, or accepts', async (t, db) => {
    const { ask } = await startPublishingHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    const made = await ask('POST', '/publishing/items', place(), headers);
    const { id } = made.body.item;
    const items = `/publishing/items/${id}`;
    const invited = await ask('POST', `${items}/keepers`, { days: 30, email: 'baker@example.org' }, headers);
    assert.deepEqual([invited.status, invited.body.sent], [201, false], 'there is no mail server');
    const path = `/citizen/v1/keepers/${tokenOf(invited.body.url)}`;
    const { rows } = await db.query({
      text: 'SELECT l::text AS text FROM publishing.keeper_link AS l WHERE item = $1',
      values: [id],
    });
    assert.ok(!JSON.stringify(rows).includes(tokenOf(invited.body.url)), 'the token is not stored');
    assert.ok(!JSON.stringify(rows).includes('baker@'), 'the address is not stored');

    const seen = await ask('GET', path, undefined, headers);
    const { entry, version, publishes } = seen.body;
    assert.deepEqual(entry, {
      openingHours: 'Tu-Su 06:30-19:00',
      telephone: '03 53 01 00 11',
      texts: { fr: { summary: 'Du pain' } },
    });
    assert.deepEqual(
      [publishes, seen.body.proposal, seen.headers['cache-control']],
      [false, undefined, 'private, no-store'],
    );

    const wanted = {
      openingHours: 'Tu-Sa 06:00-19:00',
      email: 'pain@example.org',
      texts: { fr: {}, de: { body: 'Brot' } },
    };
    const propose = (body: object, seenVersion = version) =>
      ask('PUT', `${path}/proposal`, body, { ...headers, 'if-match': `"${seenVersion}"` });
    const proposed = await propose(wanted);
    assert.equal(proposed.status, 200, JSON.stringify(proposed.body));
    assert.equal(proposed.body.proposal.state, 'waiting');
    const shown = async () => (await ask('GET', `/citizen/v1/items/${id}`, undefined, headers)).body;
    assert.equal((await shown()).place.openingHours, 'Tu-Su 06:30-19:00', 'nothing is public before it is accepted');
    const waiting = async () => (await ask('GET', '/publishing/proposals', undefined, headers)).body.proposals;
    const [first] = await waiting();
    assert.deepEqual(first.differences, [
      { member: 'openingHours', before: 'Tu-Su 06:30-19:00', after: 'Tu-Sa 06:00-19:00' },
      { member: 'telephone', before: '03 53 01 00 11' },
      { member: 'email', after: 'pain@example.org' },
      { member: 'texts.fr.summary', before: 'Du pain' },
      { member: 'texts.de.body', after: 'Brot' },
    ]);
    assert.equal(
      (await ask('POST', `${items}/proposals/${first.id}/refuse`, {}, headers)).status,
      400,
      'without a reason',
    );
    const reason = 'Le téléphone manque.';
    assert.equal((await ask('POST', `${items}/proposals/${first.id}/refuse`, { reason }, headers)).status, 204);
    assert.deepEqual(
      [(await waiting()).length, (await ask('GET', path, undefined, headers)).body.proposal.reason],
      [0, reason],
    );
    assert.equal((await ask('POST', `${items}/proposals/${first.id}/accept`, undefined, headers)).status, 409);

    await propose({ ...wanted, telephone: '03 53 01 00 12' });
    const [second] = await waiting();
    await propose({ ...wanted, telephone: '03 53 01 00 13' });
    const stale = await ask('POST', `${items}/proposals/${second.id}/accept`, undefined, headers);
    assert.equal(stale.status, 404, 'the keeper has changed what one has seen');
    const [third] = await waiting();
    assert.equal((await ask('POST', `${items}/proposals/${third.id}/accept`, undefined, headers)).status, 200);
    const public_ = await shown();
    assert.deepEqual(public_.place, {
      category: 'alimentation',
      telephone: '03 53 01 00 13',
      openingHours: 'Tu-Sa 06:00-19:00',
      email: 'pain@example.org',
    });
    const german = await ask('GET', `/citizen/v1/items/${id}?language=de`, undefined, headers);
    assert.deepEqual([german.body.title, german.body.html], ['Boulangerie', '<p>Brot</p>\n']);
    assert.equal((await ask('GET', path, undefined, headers)).body.proposal.state, 'accepted');
    assert.equal((await propose({ texts: {} })).status, 409, 'the entry has another version now');
  });

  test('where the site allows it, changes are published at once; taken back, nothing waits', async (t, db) => {
    const mail = await startMailServer(t);
    const { ask } = await startPublishingHost(t, db, { settings: mail.settings });
    const headers = { 'ngsild-tenant': freshTenant() };
    const { id } = (await ask('POST', '/publishing/items', place(), headers)).body.item;
    const to = { email: 'baker@example.org', language: 'en' };
    const invited = (await ask('POST', `/publishing/items/${id}/keepers`, to, headers)).body;
    assert.deepEqual([invited.sent, invited.url], [true, undefined]);
    const [letter] = mail.letters;
    assert.equal(letter?.to, 'baker@example.org');
    // Quoted-printable: lines are folded.
    const [, token] = /\/app\/keepers\/([\w-]+)/.exec(letter?.text.replaceAll('=\r\n', '') ?? '') ?? [];
    const path = `/citizen/v1/keepers/${token}`;
    const { entry } = (await ask('GET', path, undefined, headers)).body;
    const propose = (more: object) => ask('PUT', `${path}/proposal`, { ...entry, ...more }, headers);
    assert.equal((await propose({ email: 'a@example.org' })).body.proposal.state, 'waiting');
    assert.equal((await propose({})).body.proposal, undefined, 'as it is: taken back');
    assert.equal((await propose({})).status, 400, 'no change');

    const settings = { modules: ['directory'], languages: ['fr'], keepersPublish: true };
    assert.equal((await ask('PUT', '/publishing/settings', settings, headers)).status, 204);
    const published = await propose({ website: 'https://pain.example.org/' });
    assert.deepEqual([published.status, published.body.proposal.state], [200, 'accepted']);
    const shown = await ask('GET', `/citizen/v1/items/${id}`, undefined, headers);
    assert.equal(shown.body.place.website, 'https://pain.example.org/');
    assert.deepEqual((await ask('GET', '/publishing/proposals', undefined, headers)).body.proposals, []);
  });

  test('a link that is unknown, ended, revoked or of another entry has no effect; wrong input names its member', async (t, db) => {
    const { ask } = await startPublishingHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const put = async (item: object) => (await ask('POST', '/publishing/items', item, headers)).body.item.id as string;
    const [id, other, news] = [await put(place()), await put(place()), await put(written('Fête'))];
    const keepers = `/publishing/items/${id}/keepers`;
    const { link, url } = (await ask('POST', keepers, {}, headers)).body;
    const path = `/citizen/v1/keepers/${tokenOf(url)}`;
    const statusOf = async (
      method: Parameters<typeof ask>[0],
      where: string,
      body?: object,
      more: Record<string, string> = headers,
    ) => (await ask(method, where, body, more)).status;

    assert.equal(await statusOf('GET', '/citizen/v1/keepers/rubbish'), 404);
    assert.equal(await statusOf('GET', path, undefined, { 'ngsild-tenant': freshTenant() }), 404, 'of another tenant');
    assert.equal(await statusOf('DELETE', `/publishing/items/${other}/keepers/${link.id}`), 404, 'of another entry');
    assert.equal(await statusOf('POST', `/publishing/items/${news}/keepers`, {}), 400, 'news has no keeper');
    for (const body of [{ days: 0 }, { email: 'x' }, { stranger: 1 }]) {
      assert.equal(await statusOf('POST', keepers, body), 400);
    }
    const rubbish: [body: unknown, named: RegExp][] = [
      [{ texts: {}, telephone: 'call me' }, /^telephone: /],
      [{ texts: {}, email: 'x' }, /^email: /],
      [{ texts: {}, website: 'javascript:alert(1)' }, /^website: /],
      [{ texts: {}, openingHours: 'x'.repeat(301) }, /^openingHours: /],
      [{ texts: { fr: { title: 'Mine' } } }, /^texts\.fr\.title: /],
      [{ texts: { fr: { summary: 'x'.repeat(501) } } }, /^texts\.fr\.summary: /],
      [{ texts: {}, category: 'mairie' }, /^category: /],
      [{ telephone: '1' }, /^texts: /],
      [[], /^body: /],
    ];
    for (const [body, named] of rubbish) {
      const answer = await ask('PUT', `${path}/proposal`, body as object, headers);
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
      assert.match(answer.body.detail, named);
    }
    assert.equal(await statusOf('PUT', `${path}/proposal`, { texts: { fr: { body: 'x'.repeat(140_000) } } }), 413);
    assert.equal(await statusOf('PUT', `${path}/proposal`, { texts: {} }), 200);
    const [waiting] = (await ask('GET', `/publishing/proposals?item=${id}`, undefined, headers)).body.proposals;
    assert.equal(await statusOf('POST', `/publishing/items/${other}/proposals/${waiting.id}/accept`), 404);

    assert.equal(await statusOf('DELETE', `${keepers}/${link.id}`), 204);
    assert.equal(await statusOf('DELETE', `${keepers}/${link.id}`), 404);
    assert.deepEqual(
      [await statusOf('GET', path), await statusOf('PUT', `${path}/proposal`, { texts: {} })],
      [410, 410],
    );
    const later = (await ask('POST', keepers, {}, headers)).body;
    await db.query({
      text: `UPDATE publishing.keeper_link SET ends_at = now() - interval '1 minute' WHERE tenant = $1 AND id = $2`,
      values: [tenant, later.link.id],
    });
    assert.equal(await statusOf('GET', `/citizen/v1/keepers/${tokenOf(later.url)}`), 410);

    const twentieth = (await ask('POST', keepers, {}, headers)).body;
    const often = `/citizen/v1/keepers/${tokenOf(twentieth.url)}/proposal`;
    for (let n = 0; n < 20; n += 1)
      assert.equal(await statusOf('PUT', often, { texts: {}, telephone: `03 ${10 + n}` }), 200);
    assert.equal(await statusOf('PUT', often, { texts: {} }), 429);
    for (let n = 0; n < 9; n += 1) assert.equal(await statusOf('POST', keepers, {}), 201);
    assert.equal(await statusOf('POST', keepers, {}), 409, 'ten valid links');
    assert.equal(await statusOf('DELETE', `/publishing/items/${id}`), 204);
    assert.equal(await statusOf('GET', path), 404, 'the entry is deleted');
  });

  test('a picture is private and without metadata until it is accepted; its text alternative is required', async (t, db) => {
    const folder = await mkdtemp(join(tmpdir(), 'alzette-files-'));
    const { ask, app, files } = await startPictureHost(t, db, folder);
    t.after(() => rm(folder, { recursive: true, force: true }));
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const { id } = (await ask('POST', '/publishing/items', place(), headers)).body.item;
    const items = `/publishing/items/${id}`;
    const linkOf = async () => {
      const { url } = (await ask('POST', `${items}/keepers`, {}, headers)).body;
      return `/citizen/v1/keepers/${tokenOf(url)}`;
    };
    const [path, others] = [await linkOf(), await linkOf()];
    const { entry } = (await ask('GET', path, undefined, headers)).body;
    const send = async (payload: Buffer, where = path, type = 'image/jpeg') => {
      const sent = { ...headers, 'content-type': type };
      const answer = await app.inject({ method: 'POST', url: `${where}/pictures`, headers: sent, payload });
      return { status: answer.statusCode, body: answer.json() };
    };
    const look = async (url: string) => {
      const { pathname, search } = new URL(url, 'http://any-host');
      return app.inject({ method: 'GET', url: pathname + search });
    };
    const propose = (image: object | undefined) =>
      ask('PUT', `${path}/proposal`, { ...entry, ...(image && { image }) }, headers);
    const waiting = async () => (await ask('GET', '/publishing/proposals', undefined, headers)).body.proposals[0];
    const shown = async () => (await ask('GET', `/citizen/v1/items/${id}`, undefined, headers)).body;

    const photo = sharp({ create: { width: 400, height: 300, channels: 3, background: '#3a7' } });
    const first = await send(
      await photo
        .withExif({ IFD0: { Artist: 'Camille Exemple' } })
        .jpeg()
        .toBuffer(),
    );
    assert.equal(first.status, 201, JSON.stringify(first.body));
    const { file, url } = first.body;
    const served = await look(`${url}&format=jpeg`);
    assert.equal(served.statusCode, 200);
    assert.doesNotMatch(served.rawPayload.toString('latin1'), /Camille|Exif/);
    assert.equal((await ask('GET', `/files/${file}?tenant=${tenant}`)).status, 404, 'only by its signed link');

    assert.equal((await send(Buffer.from('%PDF-1.7 nothing %%EOF'), path, 'application/octet-stream')).status, 415);
    assert.equal((await send(Buffer.from('rubbish'))).status, 415);
    assert.equal((await send(Buffer.from('x'), '/citizen/v1/keepers/rubbish')).status, 404);
    const foreign = await send(await photo.png().toBuffer(), others, 'image/png');
    const desk = await files.put(tenant, await photo.png().toBuffer(), {
      owner: { kind: 'report' },
      visibility: 'private',
    });
    for (const [image, named] of [
      [{ file }, /^image\.alt: /],
      [{ file, alt: '' }, /^image\.alt: /],
      [{ file: foreign.body.file, alt: 'Vitrine' }, /^image\.file: /],
      [{ file: desk.id, alt: 'Vitrine' }, /^image\.file: /],
      [{ file: 'f'.repeat(32), alt: 'Vitrine' }, /^image\.file: /],
    ] as const) {
      const { status, body } = await propose(image);
      assert.equal(status, 400);
      assert.match(body.detail, named);
    }

    const proposed = await propose({ file, alt: 'La vitrine' });
    assert.equal(proposed.status, 200, JSON.stringify(proposed.body));
    assert.deepEqual(Object.keys(proposed.body.pictures), [file]);
    assert.equal((await shown()).image, undefined, 'nothing is public before it is accepted');
    const second = (await send(await photo.png().toBuffer(), path, 'image/png')).body;
    await propose({ file: second.file, alt: 'Le comptoir' });
    assert.deepEqual(await files.find(tenant, [file]), [], 'the picture of the replaced proposal is deleted');
    const { id: proposal, differences, pictures } = await waiting();
    assert.deepEqual(differences, [
      { member: 'image.file', after: second.file },
      { member: 'image.alt', after: 'Le comptoir' },
    ]);
    assert.equal((await look(pictures[second.file])).statusCode, 200, 'who decides sees it');
    assert.equal((await ask('POST', `${items}/proposals/${proposal}/accept`, undefined, headers)).status, 200);
    const { image } = await shown();
    assert.equal(image.alt, 'Le comptoir');
    assert.equal((await look(image.url)).statusCode, 200);
    assert.match(image.url, /^\/files\/[^&?]*\?tenant=[^&]*$/, 'public, without a signature, on whatever host');

    await propose(undefined);
    await ask('POST', `${items}/proposals/${(await waiting()).id}/accept`, undefined, headers);
    assert.equal((await shown()).image, undefined, 'removed');
    assert.deepEqual(await files.find(tenant, [second.file]), [], 'a picture that no entry shows is deleted');

    const third = (await send(await photo.png().toBuffer(), path, 'image/png')).body;
    await propose({ file: third.file, alt: 'La porte' });
    await ask('POST', `${items}/proposals/${(await waiting()).id}/accept`, undefined, headers);
    assert.equal((await files.find(tenant, [third.file])).length, 1);
    assert.equal((await ask('DELETE', items, undefined, headers)).status, 204);
    assert.deepEqual(await files.find(tenant, [third.file]), [], 'the picture of a deleted entry is deleted');
  });

  test('only users who may write the entry create links and decide', async (t, db) => {
    const { ask, authorizationOf } = await startPublishingHost(t, db, { access: 'enforced' });
    const administrator = { authorization: await authorizationOf({ sub: 'root', roles: ['administrator'] }) };
    const policy = {
      id: 'villerupt-agent',
      who: { roles: ['villerupt-agent'] },
      may: ['read', 'write'],
      scopeQ: '/Villerupt',
    };
    assert.equal((await ask('POST', '/ops/access/policies', policy, administrator)).status, 201);
    const agent = { authorization: await authorizationOf({ sub: 'a', roles: ['villerupt-agent'] }) };
    const { id } = (await ask('POST', '/publishing/items', place(), administrator)).body.item;
    const keepers = `/publishing/items/${id}/keepers`;
    const { url } = (await ask('POST', keepers, {}, administrator)).body;
    assert.deepEqual(
      [(await ask('GET', keepers, undefined, agent)).status, (await ask('POST', keepers, {}, agent)).status],
      [403, 403],
    );
    assert.equal((await ask('PUT', `/citizen/v1/keepers/${tokenOf(url)}/proposal`, { texts: {} })).status, 200);
    const proposalsFor = async (who: Record<string, string>) =>
      (await ask('GET', `/publishing/proposals?item=${id}`, undefined, who)).body.proposals;
    const proposals = await proposalsFor(administrator);
    assert.deepEqual([proposals.length, (await proposalsFor(agent)).length], [1, 0]);
    const decision = `/publishing/items/${id}/proposals/${proposals[0].id}`;
    assert.equal((await ask('POST', `${decision}/accept`, undefined, agent)).status, 403);
    assert.equal((await ask('POST', `${decision}/refuse`, { reason: 'non' }, agent)).status, 403);
    assert.equal((await ask('POST', `${decision}/accept`, undefined, administrator)).status, 200);
    const audit = await ask('GET', '/ops/audit?limit=50', undefined, administrator);
    const acts = JSON.stringify(audit.body);
    for (const act of ['keeper.invite', 'proposal.make', 'proposal.accept'])
      assert.match(acts, new RegExp(`publishing\\.${act}`));
  });
});
