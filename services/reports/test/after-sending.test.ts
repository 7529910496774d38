import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { isMedia, type OperationContract, type PathTable } from '@alzette/kit/contract';
import { eventually } from '@alzette/kit/testing';
import { startMailServer } from '../../channels/test/support/mail-server.ts';
import { citizenReportContract, followedReportContract } from '../src/contract/contract.ts';
import { citizenOf, fileOf, startReportHost } from './support/report-host.ts';

test('By the secret link of a report', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const mail = await startMailServer(t);
  const host = await startReportHost(t, db, { jobs: true, settings: mail.settings });
  const tenant = freshTenant();
  const headers = { 'ngsild-tenant': tenant };
  await host.ask('PUT', '/reports/settings', { proofBits: 0 }, headers);
  const citizen = citizenOf(host, tenant);
  const desk = async (id: string) => (await host.ask('GET', `/reports/${id}`, undefined, headers)).body;
  const act = async (id: string, wanted: object) =>
    assert.equal((await host.ask('POST', `/reports/${id}/acts`, wanted, headers)).status, 200);
  const add = (token: string, body: object, key: string = crypto.randomUUID()) =>
    host.ask('POST', `/citizen/v1/reports/follow/${token}/additions`, body, { ...headers, 'idempotency-key': key });

  await t.test('the author adds a text and a photo once, which the desk sees and nobody else', async () => {
    const { id, token } = (await citizen.report({ photos: [await citizen.photo()] })).body;
    await act(id, { act: 'accept', text: 'Un trou' });
    const addition = { text: 'Il est plus profond', photos: [await citizen.photo(70)] };
    const statuses = [await add(token, addition, 'again'), await add(token, addition, 'again')];
    assert.deepEqual(
      statuses.map(({ status, body }) => [status, body]),
      [
        [201, { isNew: true }],
        [200, { isNew: false }],
      ],
    );
    const { report, journal } = await desk(id);
    assert.deepEqual(
      report.photos.map(({ isPublic }: { isPublic: boolean }) => isPublic),
      [true, false],
    );
    assert.deepEqual(
      journal.filter((entry: { act: string }) => entry.act === 'add').map((entry: { text: string }) => entry.text),
      ['Il est plus profond'],
    );
    const { body: shown } = await citizen.get(`/${id}`);
    assert.deepEqual([shown.photos.length, /profond/.test(JSON.stringify(shown))], [1, false]);
    const { body: mine } = await citizen.get(`/follow/${token}`);
    assert.deepEqual([mine.photos.length, /profond/.test(JSON.stringify(mine.timeline))], [2, true]);
    await act(id, { act: 'accept', text: 'Un trou' });
    assert.equal((await citizen.get(`/${id}`)).body.photos.length, 1, 'publishing the text anew adds no photo');
  });

  await t.test('whatever a form of the app is refused for has a sentence of its own in four languages', async () => {
    const { REFUSALS, refusalOf } = await partOfApp('citizen/refusal.ts');
    const { id, token } = (await citizen.report()).body;
    const forms = [citizenReportContract, followedReportContract].flatMap(({ paths, operations }) =>
      Object.entries<OperationContract>(operations).flatMap(([name, { body, example }]) => {
        if (body === undefined || isMedia(body) || !('properties' in body)) return [];
        const [method, path = ''] = (paths as PathTable)[name]?.split(' ') ?? [];
        const url = path.replace(':token', token).replace(':id', id);
        return wrongBodies(body as WithMembers, example?.body ?? {}).map((wrong) => ({ method, url, ...wrong }));
      }),
    );
    assert.ok(forms.length > 20, String(forms.length));
    const told = new Set<string>();
    for (const { method, url, member, body } of forms) {
      const answer = await host.ask(method as 'POST', url, body, {
        ...headers,
        'idempotency-key': crypto.randomUUID(),
      });
      const { status } = answer;
      assert.ok(status >= 400 && status < 500, `${url} ${member}: ${status}`);
      const refusal = refusalOf({ status, message: answer.body.detail });
      told.add(refusal);
      // What the app itself adds has no field that somebody could correct.
      if (!BY_THE_APP.has(member)) assert.notEqual(refusal, 'other', `${url} ${member}: ${answer.body.detail}`);
    }
    for (const each of ['place', 'category', 'description', 'answers', 'asset', 'photo', 'email', 'proof']) {
      assert.ok(told.has(each), `nothing is refused for ${each}`);
    }
    for (const language of ['fr', 'en', 'de', 'lb']) {
      const { refusal: sentences } = await partOfApp(`i18n/report/${language}.ts`);
      assert.deepEqual(Object.keys(sentences).sort(), [...REFUSALS].sort(), language);
    }
  });

  await t.test('an addition is refused if it is empty, not theirs, too much, or the report is closed', async () => {
    const { id, token } = (await citizen.report({ photos: [await citizen.photo()] })).body;
    const taken = await citizen.photo(80);
    await citizen.report({ photos: [taken] });
    const detailOf = async (body: object) => {
      const answer = await add(token, body);
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
      return answer.body.detail;
    };
    assert.match(await detailOf({}), /text: got nothing, expected a text, or photos/);
    assert.match(await detailOf({ text: 'voir https://example.com' }), /text: got .* without links/);
    assert.match(await detailOf({ photos: [taken] }), /photos: got .*you uploaded/);
    const post = `/citizen/v1/reports/follow/${token}/additions`;
    assert.match((await host.ask('POST', post, { text: 'x' }, headers)).body.detail, /Idempotency-Key/);
    assert.equal((await add(`${token}x`, { text: 'x' })).status, 404);
    for (let n = 0; n < 9; n++) {
      assert.equal((await add(token, { photos: [await citizen.photo(81 + n)] })).status, 201);
    }
    assert.match(await detailOf({ photos: [await citizen.photo(95)] }), /photos: got 11, expected at most 10/);
    await act(id, { act: 'status', status: 'fixed' });
    assert.equal((await add(token, { text: 'trop tard' })).status, 409);
    assert.ok(!(await desk(id)).report.photos.some((photo: { id: string }) => photo.id === fileOf(taken)));
  });

  await t.test(
    'the author gives an e-mail address afterwards, is written to in their language, and takes it back',
    async () => {
      const { id, token } = (await citizen.report({ language: 'lb', contact: { name: 'Jang' } })).body;
      const mailOf = async () => (await citizen.get(`/follow/${token}`)).body.mail;
      const put = (body: object) => host.ask('PUT', `/citizen/v1/reports/follow/${token}/contact`, body, headers);
      assert.equal(await mailOf(), 'off');
      assert.match((await put({ email: 'nobody' })).body.detail, /email: got "nobody"/);
      assert.equal((await put({ email: 'jang@example.org' })).status, 204);
      assert.equal(await mailOf(), 'on');
      await act(id, { act: 'status', status: 'planned' });
      await eventually('the author is written to', () =>
        mail.letters.some(({ to, text }) => to === 'jang@example.org' && text.includes('Aarbechte si geplangt')),
      );
      const contactAtDesk = async () =>
        (await host.ask('GET', `/reports/${id}/contact`, undefined, headers)).body.contact;
      assert.deepEqual(await contactAtDesk(), { name: 'Jang', email: 'jang@example.org' });
      assert.equal((await put({})).status, 204);
      assert.deepEqual([await mailOf(), await contactAtDesk()], ['off', { name: 'Jang' }]);
      assert.equal((await citizen.remove(`/follow/${token}`)).status, 204);
      assert.equal((await put({ email: 'jang@example.org' })).status, 404, 'nothing comes back after an erasure');
    },
  );

  await t.test('a report is changed at most twenty times an hour', async () => {
    const { token } = (await citizen.report()).body;
    const statuses = new Map<number, number>();
    for (let n = 0; n < 21; n++) {
      const { status } = await add(token, { text: `Texte ${n}` });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    assert.deepEqual(Object.fromEntries(statuses), { 201: 20, 429: 1 });
  });
});

const BY_THE_APP = new Set(['device', 'language', 'satisfied']);

interface WithMembers {
  readonly properties: { readonly [member: string]: Partial<WithMembers> & { readonly type?: string } };
}

/** A valid body with one member wrong, for each of them. */
function wrongBodies({ properties }: WithMembers, valid: object): { member: string; body: object }[] {
  return Object.entries(properties).map(([member, { type }]) => ({
    member,
    body: { ...valid, [member]: type === 'string' ? ['x'] : 'x' },
  }));
}

/** By its path, because it is written for browsers, whose types servers do not have. */
function partOfApp(path: string) {
  return import(new URL(`../../../mobile/src/${path}`, import.meta.url).href);
}
