import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testDatabases } from '@alzette/broker/test-support';
import sharp from 'sharp';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { type FilePort, fileService } from '../src/service.ts';

const IN_THIL = 'urn:ngsi-ld:Bench:thil';
const IN_AUMETZ = 'urn:ngsi-ld:Bench:aumetz';

test('a file is stored and deleted by who may write what it belongs to', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const folder = await mkdtemp(join(tmpdir(), 'alzette-owners-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const host = await startServiceHost(t, db, [fileService({ folder })], { access: 'enforced' });
  const { app, ask, authorizationOf, broker } = host;
  const port = host.port<FilePort>('files');
  const root = { authorization: await authorizationOf({ sub: 'root', roles: ['administrator'] }) };
  for (const [id, scope] of [
    [IN_THIL, '/Thil'],
    [IN_AUMETZ, '/Aumetz'],
  ] as const) {
    await broker.client.createEntity({ id, type: 'Bench', scope: [scope] }, { tenant: '' });
    const policy = {
      id: scope.slice(1),
      who: { roles: [scope.slice(1)] },
      may: ['read', 'write'],
      scopeQ: `${scope}/#`,
    };
    assert.equal((await ask('POST', '/ops/access/policies', policy, root)).status, 201);
  }
  const reader = { id: 'reader', who: { roles: ['reader'] }, may: ['read'] };
  assert.equal((await ask('POST', '/ops/access/policies', reader, root)).status, 201);
  const as = async (...roles: string[]) => ({ authorization: await authorizationOf({ sub: roles.join(), roles }) });
  const [thil, aumetz, onlooker] = [await as('Thil'), await as('Aumetz'), await as('Aumetz', 'reader')];
  const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#3a7' } })
    .jpeg()
    .toBuffer();
  const upload = async (headers: object, query: string) => {
    const own = { ...headers, 'content-type': 'image/jpeg' };
    const answer = await app.inject({ method: 'POST', url: `/files?${query}`, headers: own, payload: picture });
    return [answer.statusCode, answer.json()] as const;
  };
  const remove = async (headers: Record<string, string>, id: string) =>
    (await ask('DELETE', `/files/${id}`, undefined, headers)).status;

  const [status, { id }] = await upload(thil, `entity=${IN_THIL}&visibility=public`);
  assert.equal(status, 201);
  assert.equal((await upload(aumetz, `entity=${IN_THIL}`))[0], 404, 'that they do not see');
  assert.equal((await upload(onlooker, `entity=${IN_THIL}`))[0], 403, 'that they only see');
  assert.equal((await upload(thil, 'entity=urn:ngsi-ld:Bench:none'))[0], 404);
  const [missing, { detail }] = await upload(thil, 'visibility=public');
  assert.equal(missing, 400);
  assert.match(detail, /entity: got nothing, expected the id of the entity/);

  assert.deepEqual([await remove(aumetz, id), await remove(onlooker, id)], [404, 403]);
  assert.equal((await ask('GET', `/files/${id}`)).status, 200);
  // Files of other services, such as pictures of articles and photos of reports, are not for this route.
  for (const owner of [{ kind: 'item', id: 'thil' }, { kind: 'report', id: 'K7Q2M9XD4T' }, { kind: 'report' }]) {
    const other = await port.put('', picture, { owner, visibility: 'public' });
    assert.deepEqual([await remove(thil, other.id), await remove(root, other.id)], [404, 404]);
    await port.remove('', [other.id], { kind: 'report', id: 'another' });
    await port.setVisibility('', [other.id], { kind: 'item', id: 'aumetz' }, 'private');
    const isLeft = (await ask('GET', `/files/${other.id}`)).status === 200;
    assert.equal(isLeft, owner.kind !== 'report' || owner.id !== undefined, JSON.stringify(owner));
  }
  assert.equal(await remove(thil, id), 204);
  assert.equal((await ask('GET', `/files/${id}`)).status, 404);
});
