import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { anonymousAnswers } from '../../../platform/test/support/anonymous-answers.ts';
import { startReceiver } from '../../channels/test/support/http-receiver.ts';
import { trustedCertificate } from '../../channels/test/support/trusted-certificate.ts';
import { newBrowser } from '../../channels/test/support/web-push-browser.ts';
import { ENTITY_KINDS } from '../src/items/entity-of-item.ts';
import { confirmDevice } from './support/confirm-device.ts';
import { startPublishingHost, written } from './support/publishing-host.ts';

const ROUNDS = 10;
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const mark = () => `q${crypto.randomUUID().replaceAll('-', '')}`;
const oneOf = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T;

/** A generated item of any kind in any state, with marks in its public and its private parts. */
function anyItem(isShown: boolean, text: string) {
  const wording = { title: text, summary: text, body: `Texte ${text}` };
  const [kind, own] = oneOf([
    ['news', {}],
    ['event', { event: { start: inDays(3), venue: text } }],
    ['alert', { alert: { severity: oneOf(['information', 'warning', 'emergency']) } }],
    ['place', { place: { category: 'commerce' } }],
    ['page', { page: { section: 'vie-locale' } }],
    ['menu', { menu: { day: inDays(1).slice(0, 10), canteen: text, dishes: [{ course: 'main', name: text }] } }],
    ['poll', { poll: { choices: ['a', 'b'].map((id) => ({ id, text: { fr: `${id} ${text}` } })) } }],
  ]);
  const hidden = oneOf([
    { state: 'draft' },
    { state: 'withdrawn' },
    { state: 'ready', publishAt: inDays(2) },
    { state: 'ready', publishAt: inDays(-3), expiresAt: inDays(-2) },
  ]);
  const more = { kind, owner: oneOf(['', 'thil', 'villerupt']), ...(isShown ? { state: 'ready' } : hidden) };
  return written('', more, { texts: { fr: wording, de: wording }, push: true, ...own });
}

test('nothing personal or unpublished is in an anonymous answer, feed, entity or message', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const tls = await trustedCertificate(t);
  if (tls === undefined) return t.skip('openssl is missing');
  const receiver = await startReceiver(t, () => 201, tls);
  const host = await startPublishingHost(t, db, { access: 'enforced', settings: { OUTGOING: '127.0.0.0/8' } });
  const { ask, authorizationOf } = host;
  const root = await authorizationOf({ sub: 'root', roles: ['administrator'] });
  const everybody = { id: 'everybody', who: { anyone: true }, may: ['read'] };
  assert.equal((await ask('POST', '/ops/access/policies', everybody, { authorization: root })).status, 201);
  const secrets: string[] = [];
  const secret = (text = mark()) => {
    secrets.push(text);
    return text;
  };
  const shown: string[] = [];
  const ids: string[] = [];
  const device = secret();
  const browser = newBrowser(`${receiver.url}/${secret()}`);
  const topics = ['news', 'events', 'alerts', 'directory', 'pages', 'menus', 'polls'].flatMap((topic) => [
    `${topic}@thil`,
    `${topic}@villerupt`,
  ]);
  const wishes = { subscription: browser.subscription, language: 'fr', topics };
  const followed = await ask('POST', '/citizen/v1/push/endpoints', wishes);
  assert.equal(followed.status, 201);
  secret(followed.body.secret);
  const path = new URL(browser.subscription.endpoint).pathname;
  await confirmDevice(receiver.received, path, browser, async (url, body) => (await ask('POST', url, body)).status);
  for (const key of Object.values(browser.subscription.keys)) secret(key);

  for (let round = 0; round < ROUNDS; round++) {
    const agent = secret();
    const authorization = await authorizationOf({
      sub: agent,
      roles: ['administrator'],
      email: `${agent}@example.org`,
    });
    for (const isShown of [true, false]) {
      const text = mark();
      (isShown ? shown : secrets).push(text);
      const made = await ask('POST', '/publishing/items', anyItem(isShown, text), { authorization });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      const { id, kind, owner } = made.body.item;
      ids.push(id);
      if (owner === '') await ask('PUT', `/publishing/items/${id}/declined/thil`, undefined, { authorization });
      if (isShown && kind === 'poll') await ask('POST', `/citizen/v1/polls/${id}/answers`, { device, choice: 'a' });
    }
  }
  const answers = await eventually('all public data are answered', async () => {
    const asking = { prefixes: ['/citizen/v1/'], fill: { id: ids } };
    const collected = (await anonymousAnswers(host, asking)).filter(({ url }) => !url.includes('/push/endpoints/'));
    return shown.every((text) => collected.some((answer) => answer.text.includes(text))) && collected;
  });
  assert.ok(
    answers.length > 15 && answers.some(({ url }) => url.endsWith('.rss')),
    answers.map(({ url }) => url).join(),
  );
  const types = Object.values(ENTITY_KINDS).map(({ model }) => encodeURIComponent(model.iri));
  const entities = await eventually('the entities are there', async () => {
    const { body } = await ask('GET', `/ngsi-ld/v1/entities?type=${types}&limit=200&options=sysAttrs`);
    return body.length >= shown.length && body;
  });
  const messages = await eventually('the device is notified', () => {
    const collected = receiver.received.map(({ body }) => browser.decrypt(body));
    return collected.length > shown.length && collected;
  });
  for (const [where, text] of [
    ...answers.map(({ url, text }) => [url, text] as const),
    ['entities', JSON.stringify(entities)] as const,
    ['messages', JSON.stringify(messages)] as const,
  ]) {
    for (const each of secrets) assert.ok(!text.includes(each), `${each} is in ${where}`);
  }
});
