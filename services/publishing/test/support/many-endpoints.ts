import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Database } from '@alzette/broker';
import { freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { trustedCertificate } from '../../../channels/test/support/trusted-certificate.ts';
import { newBrowser } from '../../../channels/test/support/web-push-browser.ts';
import { insertEndpoint } from '../../src/push/endpoints.ts';
import { startPublishingHost } from './publishing-host.ts';
import { isGone, type Report } from './push-service.ts';

const LIMIT_MS = 240_000;

/** Measures the notification of many browsers, by a push service in its own process. Undefined: openssl is missing. */
export async function notifyManyEndpoints(t: TestContext, db: Database, count: number) {
  const tls = await trustedCertificate(t);
  if (tls === undefined) return undefined;
  const service = fork(fileURLToPath(new URL('./push-service.ts', import.meta.url)), { execArgv: [] });
  t.after(() => service.disconnect());
  const { port } = (await asked(service, { cert: tls.cert, key: tls.key })) as { port: number };
  const { ask, push, broker } = await startPublishingHost(t, db);
  const tenant = freshTenant();
  const headers = { 'ngsild-tenant': tenant };
  for (let n = 0; n < count; n++) {
    const { subscription } = newBrowser(`https://127.0.0.1:${port}/${n}`);
    const wishes = { topics: ['alerts@thil'], language: 'fr' } as const;
    await insertEndpoint(db, broker.secrets, tenant, { provider: 'web', subscription }, wishes); // as if confirmed
  }
  const started = performance.now();
  await push.send(tenant, {
    key: 'many',
    topics: ['alerts@thil'],
    urgency: 'emergency',
    title: { fr: 'Alerte' },
    text: { fr: 'Restez chez vous' },
    link: '/app/alerts/1',
  });
  const reach = async () => (await ask('GET', '/publishing/push', undefined, headers)).body;
  const notified = await eventually(
    'all are told',
    async () => {
      const [message] = (await reach()).messages;
      return message.waiting === 0 && message;
    },
    LIMIT_MS,
  );
  const seconds = (performance.now() - started) / 1000;
  const received = (await asked(service, 'count')) as { accepted: number; gone: number; bad: number };
  const gone = Array.from({ length: count }, (_, n) => n).filter(isGone).length;
  assert.deepEqual(received, { accepted: count - gone, gone, bad: 0 });
  assert.deepEqual(
    [notified.addressed, notified.accepted, notified.gone, notified.failed],
    [count, count - gone, gone, 0],
  );
  assert.deepEqual((await reach()).devices, { web: count - gone }, 'those that are gone are forgotten');
  return { seconds, gone };
}

async function asked(service: ChildProcess, command: object | string): Promise<Report> {
  const answer = once(service, 'message') as Promise<[Report]>;
  service.send(command);
  return (await answer)[0];
}
