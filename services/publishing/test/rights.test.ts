import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testDatabases } from '@alzette/broker/test-support';
import sharp from 'sharp';
import { startPictureHost, written } from './support/publishing-host.ts';

test('drafts, feeds, figures and pictures are for who may write there', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const folder = await mkdtemp(join(tmpdir(), 'alzette-newsroom-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { app, ask, authorizationOf, files } = await startPictureHost(t, db, folder, { access: 'enforced' });
  const root = { authorization: await authorizationOf({ sub: 'root', roles: ['administrator'] }) };
  for (const policy of [
    { id: 'anyone', who: { anyone: true }, may: ['read'], types: ['OffStreetParking'] },
    { id: 'villerupt', who: { roles: ['villerupt'] }, may: ['read', 'write'], scopeQ: '/Villerupt/#' },
    { id: 'thil', who: { roles: ['thil'] }, may: ['read', 'write'], scopeQ: '/Thil/#' },
    { id: 'lamps', who: { roles: ['lamps'] }, may: ['read', 'write'], types: ['Streetlight'] },
  ]) {
    assert.equal((await ask('POST', '/ops/access/policies', policy, root)).status, 201, policy.id);
  }
  const as = async (role: string) => ({ authorization: await authorizationOf({ sub: role, roles: [role] }) });
  const [villerupt, thil, lamps, stranger] = [await as('villerupt'), await as('thil'), await as('lamps'), {}];
  const all = [villerupt, thil, lamps, stranger];
  const statuses = (path: string) =>
    Promise.all(all.map(async (headers) => (await ask('GET', path, undefined, headers)).status));

  const draft = (await ask('POST', '/publishing/items', written('Brouillon', { state: 'draft' }), villerupt)).body.item;
  assert.deepEqual(await statuses(`/publishing/items/${draft.id}`), [200, 404, 404, 404]);
  const choices = ['oui', 'non'].map((choice) => ({ id: choice, text: { fr: choice } }));
  const asked = written('Question', { kind: 'poll', state: 'draft' }, { poll: { choices } });
  const poll = (await ask('POST', '/publishing/items', asked, villerupt)).body.item;
  assert.deepEqual(await statuses(`/publishing/items/${poll.id}`), [200, 404, 404, 404], 'nor the answers to a poll');
  assert.deepEqual(await statuses(`/publishing/items/${draft.id}/keepers`), [200, 404, 404, 401]);
  assert.deepEqual(await statuses('/publishing/push'), [200, 200, 404, 404]);
  const change = { ...written('Autre'), state: 'ready' };
  for (const [headers, status] of [
    [thil, 404],
    [lamps, 404],
    [stranger, 401],
  ] as const) {
    assert.equal((await ask('PUT', `/publishing/items/${draft.id}`, change, headers)).status, status);
    assert.equal((await ask('DELETE', `/publishing/items/${draft.id}`, undefined, headers)).status, status);
    const sent = await ask('POST', '/publishing/items', written('Intrus'), headers);
    assert.equal(sent.status, status === 401 ? 401 : 403);
  }
  const feed = { url: 'https://1.1.1.1/secret.ics', format: 'ics', owner: 'villerupt' };
  assert.equal((await ask('PUT', '/publishing/feeds/agenda', feed, root)).status, 201);
  const feeds = async (headers: Record<string, string>) =>
    (await ask('GET', '/publishing/feeds', undefined, headers)).body.feeds.length;
  assert.deepEqual(await Promise.all(all.map(feeds)), [1, 0, 0, 0]);

  const jpeg = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#3a7' } })
    .jpeg()
    .toBuffer();
  const send = async (headers: object, query: string) => {
    const own = { ...headers, 'content-type': 'image/jpeg' };
    const url = `/publishing/pictures?${query}`;
    const answer = await app.inject({ method: 'POST', url, headers: own, payload: jpeg });
    return { status: answer.statusCode, ...answer.json() };
  };
  const query = 'kind=news&owner=villerupt';
  const refused = await Promise.all(
    [thil, lamps, stranger].map(async (headers) => (await send(headers, query)).status),
  );
  assert.deepEqual(refused, [403, 403, 401]);
  assert.equal((await send(villerupt, 'kind=news&owner=nowhere')).status, 400);
  assert.equal((await send(villerupt, 'kind=news&owner=')).status, 403, 'the community is not theirs');
  const { file, url } = await send(villerupt, query);
  const { pathname, search } = new URL(url, 'http://any-host');
  assert.equal((await ask('GET', pathname + search)).status, 200);

  // A private photo of a report, and a picture of another commune.
  const photo = await files.put('', jpeg, { owner: { kind: 'report', id: 'K7Q2M9XD4T' }, visibility: 'private' });
  const withImage = (image: string, owner = 'villerupt') =>
    written('Travaux', { owner }, { image: { file: image, alt: 'Travaux' } });
  assert.equal((await ask('POST', '/publishing/items', withImage(photo.id), villerupt)).status, 400);
  assert.equal((await ask('POST', '/publishing/items', withImage(file, 'thil'), thil)).status, 400);
  const shown = await ask('POST', '/publishing/items', withImage(file), villerupt);
  assert.equal(shown.status, 201, JSON.stringify(shown.body));
  assert.equal((await ask('DELETE', `/files/${file}`, undefined, thil)).status, 404);
  const { id, version } = shown.body.item;
  const again = { ...withImage(file), state: 'draft' };
  const headers = { ...villerupt, 'if-match': `"${version}"` };
  assert.equal((await ask('PUT', `/publishing/items/${id}`, again, headers)).status, 200, 'its own picture may stay');
  assert.equal((await ask('DELETE', `/publishing/items/${id}`, undefined, villerupt)).status, 204);
  assert.deepEqual(await files.find('', [file]), [], 'a picture that no item shows is deleted');
});
