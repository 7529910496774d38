import assert from 'node:assert/strict';
import { insightService } from '@alzette/insights';
import { eachDatabase, freshTenant } from '../../../broker/test/support/index.ts';
import { type HostOptions, startServiceHost } from '../../../platform/test/support/service-host.ts';
import { assistantService } from '../src/service.ts';
import { calling, saying, startChatServer } from './support/chat-server.ts';

const PUBLIC_URL = 'http://localhost:3000';
const LINK = `<${PUBLIC_URL}/contexts/territory/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"`;
const LAMP = 'urn:ngsi-ld:Streetlight:q1';
const HIDDEN = 'urn:ngsi-ld:Streetlight:q2';
const QUESTION = { question: 'How many lamps are out in Villerupt?', language: 'en' };
const OUT = { type: 'Streetlight', q: 'powerState=="off"', scope: '/Villerupt/#' };

eachDatabase('Questions in words', (test, { label }) => {
  const start = async (
    t: Parameters<typeof startServiceHost>[0],
    db: Parameters<typeof startServiceHost>[1],
    model?: { readonly url: string; readonly name: string; readonly key?: string },
    options: HostOptions = {},
  ) => {
    const services = [insightService(), assistantService(model && { model })];
    // Settings of a site with a model in its own network.
    const settings = { PUBLIC_URL, OUTGOING: '127.0.0.0/8', ...options.settings };
    const host = await startServiceHost(t, db, services, { access: 'enforced', settings, jobs: true });
    const tenant = freshTenant();
    const as = async (sub: string, role: string) => ({
      ...{ authorization: await host.authorizationOf({ sub, roles: [role] }), 'ngsild-tenant': tenant, link: LINK },
    });
    const root = await as('root', 'administrator');
    const ok = async (method: 'PUT' | 'POST', path: string, body: object) => {
      const answer = await host.ask(method, path, body, root);
      assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
    };
    const role = `${tenant}-villerupt`;
    const policy = { who: { roles: [role] }, may: ['read'], tenants: [tenant], scopeQ: '/Villerupt/#' };
    await ok('PUT', `/ops/access/policies/${role}`, policy);
    for (const [id, scope, powerState] of [
      [LAMP, '/Villerupt', 'off'],
      [HIDDEN, '/Thil', 'off'],
    ]) {
      await ok('POST', '/ngsi-ld/v1/entities', {
        id,
        type: 'Streetlight',
        scope,
        powerState: { type: 'Property', value: powerState },
      });
    }
    await ok('PUT', '/insights/uses/questions-in-words', { isOn: true });
    return { host, root, ok, user: await as('vera', role) };
  };

  test('the model queries with the rights of the caller; the query, and all that was sent, is shown', async (t, db) => {
    const chat = await startChatServer(t, [
      () => ({ message: calling('query_entities', OUT) }),
      () => ({ message: calling('get_entity', { id: HIDDEN }, 'call_2') }),
      () => ({
        message: calling('propose_change', { entity: LAMP, attributes: { powerState: 'on' }, reason: 'x' }, 'call_3'),
      }),
      () => ({ message: calling('query_entities', '{"type":', 'call_4') }),
      () => ({ message: saying('One lamp is out.') }),
    ]);
    const { host, root, user } = await start(t, db, { url: chat.url, name: 'small', key: 'the key' });
    const about = (await host.ask('GET', '/assistant', undefined, user)).body.questions;
    assert.deepEqual([about.isOn, about.model], [true, 'small']);

    const answer = await host.ask('POST', '/assistant/questions', QUESTION, user);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const { calls, sent, output } = answer.body;
    assert.deepEqual([answer.body.answer, answer.body.model], ['One lamp is out.', 'small']);
    assert.deepEqual(
      calls.map(({ tool, isError }: { tool: string; isError: boolean }) => [tool, isError]),
      [
        ['query_entities', false],
        ['get_entity', true],
        ['propose_change', true],
        ['query_entities', true],
      ],
    );
    assert.ok(calls[0].output.includes(LAMP) && calls[0].output.includes('"count":1'), calls[0].output);
    assert.match(calls[2].output, /There is no tool propose_change/);
    // The shown messages are those that were sent, and contain nothing that Vera may not read.
    const last = chat.asked.at(-1);
    assert.deepEqual(last?.messages, sent);
    const words = JSON.stringify(chat.asked.map(({ messages }) => messages.filter(({ role }) => role !== 'assistant')));
    assert.ok(words.includes(QUESTION.question) && words.includes('Streetlight: '), words);
    assert.ok(!words.includes('"powerState\\":\\"off\\",\\"scope\\":\\"/Thil'), 'of the lamp in Thil');
    assert.equal(words.split(HIDDEN).length - 1, words.split(`entity ${HIDDEN}`).length - 1, 'but that there is none');
    assert.ok(last?.tools?.every(({ function: { name } }) => !/propose|explain_access/.test(name)));
    assert.deepEqual(new Set(chat.keys), new Set(['Bearer the key']));

    // The user runs the same query, and then a changed one.
    const again = await host.ask('POST', `/assistant/tools/${calls[0].tool}`, calls[0].input, user);
    assert.deepEqual([again.body.request, again.body.count], [calls[0].request, 1]);
    const changed = await host.ask('POST', '/assistant/tools/query_entities', { ...OUT, scope: '/Thil/#' }, user);
    assert.equal(changed.body.count, 0);
    assert.equal((await host.ask('POST', '/assistant/tools/query_entities', { type: 7 }, user)).status, 400);
    assert.equal((await host.ask('POST', '/assistant/tools/propose_change', {}, user)).status, 404);

    const acts = JSON.stringify((await host.ask('GET', '/ops/audit?limit=50', undefined, root)).body);
    assert.ok(acts.includes('assistant.question') && !acts.includes(QUESTION.question));
    const { outputs } = (await host.ask('GET', '/insights/uses/questions-in-words/outputs', undefined, root)).body;
    assert.ok(JSON.stringify(outputs).includes('powerState'), 'the query is in the register');
    const judged = { isRight: true };
    assert.equal((await host.ask('POST', `/insights/outputs/${output}/feedback`, judged, user)).status, 204);
  });

  test('a model that keeps calling tools is stopped; one that fails is reported', async (t, db) => {
    const endless = () => ({ message: calling('list_types', {}) });
    const chat = await startChatServer(t, [
      ...Array(5).fill(endless),
      // Without tools in the request, it calls one nevertheless.
      () => ({ message: { ...calling('list_types', {}), content: 'I give up.' } }),
      () => ({ status: 429 }),
      () => ({ body: '<html>' }),
      () => ({ body: '{"choices":[{"message":{}}]}' }),
      () => ({ body: 'a'.repeat(2_000_000) }),
    ]);
    const { host, user } = await start(t, db, { url: chat.url, name: 'small' });
    const ended = await host.ask('POST', '/assistant/questions', QUESTION, user);
    assert.deepEqual([ended.body.answer, ended.body.calls.length], ['I give up.', 5]);
    assert.equal(chat.asked.at(-1)?.tools, undefined);
    for (const expected of [/HTTP 429/, /no message/, /neither a text nor a call/, /more than 1048576 bytes/]) {
      const failed = await host.ask('POST', '/assistant/questions', QUESTION, user);
      assert.equal(failed.status, 502);
      assert.match(failed.body.detail, expected);
    }
    for (const body of [
      {},
      { question: 'x' },
      { question: 'x'.repeat(501) },
      { ...QUESTION, language: 'tlh' },
      { ...QUESTION, model: 'other' },
    ])
      assert.equal((await host.ask('POST', '/assistant/questions', body, user)).status, 400);
    assert.equal((await host.ask('POST', '/assistant/questions', QUESTION)).status, 401);
  });

  test('without a model there are no questions, and nothing is sent to a URL that the guard forbids', async (t, db) => {
    const without = await start(t, db);
    assert.equal((await without.host.ask('GET', '/assistant', undefined, without.user)).body.questions.isOn, false);
    assert.match(
      (await without.host.ask('POST', '/assistant/questions', QUESTION, without.user)).body.detail,
      /ASSISTANT_MODEL_URL/,
    );
    await without.host.stop();
    const chat = await startChatServer(t, []);
    const guarded = await start(t, db, { url: chat.url, name: 'small' }, { settings: { OUTGOING: 'public' } });
    const refused = await guarded.host.ask('POST', '/assistant/questions', QUESTION, guarded.user);
    assert.equal(refused.status, 502);
    assert.match(refused.body.detail, /may not be reached/);
    await guarded.ok('PUT', '/insights/uses/questions-in-words', { isOn: false });
    assert.equal((await guarded.host.ask('POST', '/assistant/questions', QUESTION, guarded.user)).status, 404);
    assert.deepEqual(chat.asked, [], label);
  });
});
