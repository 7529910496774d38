import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { alarms } from '@alzette/alarms';
import { testDatabases } from '@alzette/broker/test-support';
import { channelService } from '@alzette/channels';
import { fileService } from '@alzette/files';
import { publishing } from '@alzette/publishing';
import { reports } from '@alzette/reports';
import sharp from 'sharp';
import { startReceiver } from '../../services/channels/test/support/http-receiver.ts';
import { trustedCertificate } from '../../services/channels/test/support/trusted-certificate.ts';
import { newBrowser } from '../../services/channels/test/support/web-push-browser.ts';
import { confirmDevice, messagesTo, type Shown } from '../../services/publishing/test/support/confirm-device.ts';
import { eventually } from './support/eventually.ts';
import { freePort } from './support/platform-process.ts';
import { startServiceHost } from './support/service-host.ts';

/** In Villerupt. */
const LOCATION = { lat: 49.4703, lon: 5.9312 };
const WORKER = new URL('../../mobile/src/offline/service-worker.js', import.meta.url);

test('what the desk does with a report reaches the device of its author, and of nobody else', async (t) => {
  const tls = await trustedCertificate(t);
  if (tls === undefined) return t.skip('openssl is missing');
  const pushService = await startReceiver(t, () => 201, tls);
  const { ask, url } = await startSite(t);
  const phone = newBrowser(`${pushService.url}/phone`);
  const worker = await startApp(t, url, phone.subscription);
  const atPhone = () => messagesTo(pushService.received, '/phone', phone);

  // The app's own code: it subscribes, its service worker confirms, it keeps a report with a photo and sends it.
  const { keptEndpoint, subscribeToPush, keepReport, ownReport, sendWaiting } = await loadApp();
  assert.equal(await subscribeToPush('de', ['villerupt']), true);
  await worker.push(await eventually('the first message', () => atPhone()[0]));
  const create = { width: 60, height: 40, channels: 3, background: '#a73' } as const;
  const photo = new Blob([new Uint8Array(await sharp({ create }).jpeg().toBuffer())], { type: 'image/jpeg' });
  const toTell = keptEndpoint();
  await keepReport({
    ...{ key: 'own', category: 'pothole', categoryName: 'Schlagloch', location: LOCATION, language: 'de' },
    ...{ photos: [{ key: 'photo', blob: photo }], writtenAt: Date.now(), device: 'device-0123456789abcdef' },
    ...(toTell && { toTell }),
  });
  assert.equal(await sendWaiting(), 0);
  const own = await ownReport('own');
  assert.ok(own?.sent, own?.refusal);
  const { id } = own.sent;

  // A stranger who knows the public number of the report.
  const stranger = newBrowser(`${pushService.url}/stranger`);
  const topics = [`report:${id}`, 'news@villerupt'];
  await ask('POST', '/citizen/v1/push/endpoints', { subscription: stranger.subscription, language: 'fr', topics });
  const confirmed = async (path: string, body: object) => (await ask('POST', path, body)).status;
  await confirmDevice(pushService.received, '/stranger', stranger, confirmed);

  const act = async (wanted: object) => assert.equal((await ask('POST', `/reports/${id}/acts`, wanted)).status, 200);
  assert.equal((await ask('GET', `/reports/${id}`)).body.report.photos.length, 1, 'the photo came with its token');
  await act({ act: 'accept' });
  await act({ act: 'status', status: 'planned' });
  await act({ act: 'hide', reason: 'Un visage' });
  const told = await eventually('the author is told three times', () => atPhone().length === 4 && atPhone().slice(1));
  assert.deepEqual(told.map(({ text }) => text).sort(), [
    'Arbeiten sind geplant.',
    'Ihre Meldung ist veröffentlicht.',
    'Ihre Meldung wird nicht öffentlich gezeigt. Der Grund steht in der App.',
  ]);
  assert.ok(told.every(({ link }) => link === '/app/reports/mine'));
  assert.equal(messagesTo(pushService.received, '/stranger', stranger).length, 1, 'nothing after its first message');
});

interface AppParts {
  subscribeToPush(language: string, communes: readonly string[]): Promise<boolean>;
  keptEndpoint(): object | undefined;
  keepReport(report: object): Promise<void>;
  ownReport(key: string): Promise<{ sent?: { id: string }; refusal?: string } | undefined>;
  sendWaiting(): Promise<number>;
}

/** By their paths, because they are written for browsers, whose types servers do not have. */
async function loadApp(): Promise<AppParts> {
  const paths = ['settings/push.ts', 'report/sending/outbox.ts', 'report/sending/send-reports.ts'];
  const parts = paths.map((path) => import(new URL(`../../mobile/src/${path}`, import.meta.url).href));
  return Object.assign({}, ...(await Promise.all(parts)));
}

async function startSite(t: TestContext) {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const folder = await mkdtemp(join(tmpdir(), 'alzette-loop-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const definitions = [channelService(), alarms, fileService({ folder }), publishing, reports];
  const host = await startServiceHost(t, db, definitions, { jobs: true, settings: { PUBLIC_URL: url } });
  await host.app.listen({ port, host: '127.0.0.1' });
  return { ...host, url };
}

/** What a browser gives the app: storage, addresses of its site, a push subscription, and its service worker. */
async function startApp(t: TestContext, site: string, subscription: object) {
  const { fetch: networkFetch } = globalThis;
  const siteFetch: typeof fetch = (path, init) => networkFetch(new URL(String(path), site), init);
  const awake = { quiet: { on: false, from: '22:00', to: '07:00' } }; // whatever time it is
  const kept = new Map([['alzette.preferences', JSON.stringify(awake)]]);
  const localStorage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const pushManager = {
    getSubscription: async () => null,
    subscribe: async () => ({ toJSON: () => subscription }),
  };
  const document = { documentElement: { dataset: {} }, createElement: () => ({}) };
  const given = {
    document,
    localStorage,
    fetch: siteFetch,
    Notification: { requestPermission: async () => 'granted' },
  };
  for (const [name, value] of Object.entries(given)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => before && Object.defineProperty(globalThis, name, before));
  }
  Object.defineProperty(navigator, 'serviceWorker', {
    value: { ready: Promise.resolve({ pushManager }) },
    configurable: true,
  });
  const listeners = new Map<string, (event: object) => void>();
  const registration = { scope: `${site}/app/`, showNotification: async () => {} };
  const self = {
    registration,
    addEventListener: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
  };
  runInNewContext(await readFile(WORKER, 'utf8'), { self, fetch: siteFetch, URL, FILES: [], VERSION: 'test' });
  return {
    /** Delivers a message to the service worker. */
    async push(message: Shown | undefined): Promise<void> {
      const waiting: Promise<unknown>[] = [];
      const data = { json: () => message };
      listeners.get('push')?.({ data, waitUntil: (work: Promise<unknown>) => waiting.push(work) });
      await Promise.all(waiting);
    },
  };
}
