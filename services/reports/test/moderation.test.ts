import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { citizenOf, startReportHost } from './support/report-host.ts';

test('Moderation', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const host = await startReportHost(t, db, { jobs: true });
  const newTenant = async () => {
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const ask = async (method: 'GET' | 'POST', path: string, body?: object) => {
      const answer = await host.ask(method, `/reports${path}`, body, headers);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return answer.body;
    };
    await host.ask('PUT', '/reports/settings', { proofBits: 0 }, headers);
    const citizen = citizenOf(host, tenant);
    const report = async (more: object = {}) => (await citizen.report(more)).body as { id: string; token: string };
    return { citizen, report, ask, act: (id: string, act: object) => ask('POST', `/${id}/acts`, act) };
  };

  await t.test('several reports are published at once, except those in whose texts something was found', async () => {
    const { citizen, report, ask, act } = await newTenant();
    const plain = await report({ photos: [await citizen.photo()] });
    const flagged = await report({ description: 'La AB 1234 de Kayl', photos: [await citizen.photo(70)] });
    const shown = await report({ description: 'Le 621 123 456' });
    await act(shown.id, { act: 'accept', text: 'Un trou' });
    const bulk = { reports: [plain.id, flagged.id, shown.id], act: { act: 'accept' } };
    assert.deepEqual((await ask('POST', '/acts', bulk)).results, [
      { report: plain.id, outcome: 'done' },
      { report: flagged.id, outcome: 'leftOut', findings: ['plate'] },
      { report: shown.id, outcome: 'unchanged' },
    ]);
    assert.equal((await citizen.get(`/${plain.id}`)).body.photos.length, 1);
    assert.equal((await citizen.get(`/${flagged.id}`)).status, 404);
    assert.equal((await citizen.get(`/${shown.id}`)).body.description, 'Un trou', 'its text stays');
    const { words } = (await ask('GET', `/${flagged.id}`)).report;
    assert.deepEqual([words.text, words.masked], ['La AB 1234 de Kayl', 'La […] de Kayl']);
  });

  await t.test('the desk finds by text, most overdue first, those who wait for an answer, and its own', async () => {
    const { citizen, report, ask, act } = await newTenant();
    const hole = await report({ description: 'Un grand trou rue Carnot', photos: [await citizen.photo()] });
    const lamp = await report({ description: 'Lampe éteinte' });
    const numbers = async (query: string) =>
      (await ask('GET', `?${query}`)).reports.map(({ id }: { id: string }) => id) as string[];
    assert.deepEqual(await numbers('text=CARNOT'), [hole.id]);
    assert.deepEqual(await numbers(`text=${lamp.id}`), [lamp.id]);
    assert.deepEqual(await numbers('text=100%25'), []);
    assert.deepEqual(await numbers('isUnanswered=true'), [], 'new ones are not answers');
    const added = await citizen.add(hole.token, { text: 'Il grandit' });
    assert.equal(added.status, 201, JSON.stringify(added.body));
    assert.deepEqual(await numbers('isUnanswered=true'), [hole.id]);
    assert.deepEqual(await numbers('isMine=true'), []);
    await act(hole.id, { act: 'update', text: 'Nous venons' });
    assert.deepEqual([await numbers('isUnanswered=true'), await numbers('isMine=true')], [[], [hole.id]]);
    await act(lamp.id, { act: 'promise', date: '2020-01-01T00:00:00Z' });
    assert.deepEqual(await numbers('order=promised'), [lamp.id, hole.id]);
    const [beside] = (await ask('GET', `/${lamp.id}`)).nearby;
    assert.deepEqual([beside.id, beside.text], [hole.id, 'Un grand trou rue Carnot']);
    assert.match(beside.photo, /^\/files\//);
  });

  await t.test(
    'hidden reports stay in the figures, which tell how many and why; the author is told the truth',
    async () => {
      const { citizen, report, ask, act } = await newTenant();
      const [a, b, c] = [await report(), await report(), await report()];
      await act(a.id, { act: 'accept' });
      const before = (await ask('GET', '/statistics')).all;
      await act(b.id, { act: 'hide', reason: 'Mme Untel est nommée', cause: 'person' });
      await act(c.id, { act: 'hide', reason: 'Illisible' });
      for (const statistics of [await ask('GET', '/statistics'), (await citizen.get('/statistics')).body]) {
        assert.deepEqual(statistics.all, { ...before, hidden: 2 });
        assert.deepEqual([statistics.communes[0].hidden, statistics.categories[0].hidden], [2, 2]);
        assert.deepEqual(statistics.hidden, [
          { cause: 'other', n: 1 },
          { cause: 'person', n: 1 },
        ]);
        assert.doesNotMatch(JSON.stringify(statistics), /Untel/);
      }
      const told = await eventually('both authors are told', () => {
        const found = host.pushed.filter(({ key }) => key.includes(b.id) || key.includes(c.id));
        return found.length === 2 && found;
      });
      assert.ok(told.every(({ text }) => !/traité|seen to/.test(JSON.stringify(text))));
      assert.equal((await citizen.get(`/follow/${b.token}`)).body.hiddenReason, 'Mme Untel est nommée');
      await act(b.id, { act: 'accept', text: 'Un trou' });
      assert.deepEqual((await ask('GET', '/statistics')).hidden, [{ cause: 'other', n: 1 }]);
      assert.equal((await ask('GET', `/${b.id}`)).report.hiddenCause, undefined);
    },
  );

  await t.test(
    'each prepared reply is in the four languages of authors, and the timeline says in which it was sent',
    async () => {
      const { citizen, report, ask, act } = await newTenant();
      const { templates } = await ask('GET', '/templates');
      assert.ok(templates.length > 0);
      for (const { id, title, text } of templates) {
        for (const texts of [title, text]) {
          assert.deepEqual(Object.keys(texts).sort(), ['de', 'en', 'fr', 'lb'], id);
          assert.equal(new Set(Object.values(texts)).size, 4, `${id} is translated`);
        }
      }
      const { id, token } = await report({ language: 'de' });
      await act(id, { act: 'status', status: 'planned', text: templates[1].text.de, language: 'de' });
      await act(id, { act: 'update', text: 'Une réponse sans langue' });
      const { timeline } = (await citizen.get(`/follow/${token}`)).body;
      assert.deepEqual(
        timeline.slice(1).map((entry: { language?: string }) => entry.language),
        ['de', undefined],
      );
      const refused = await host.ask('POST', `/reports/${id}/acts`, { act: 'update', text: 'x', language: 'nl' });
      assert.match(refused.body.detail, /language: got "nl"/);
    },
  );
});
