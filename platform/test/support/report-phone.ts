import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import type { Browser, BrowserContext, CDPSession, Locator, Page } from '@playwright/test';
import type { Received } from '../../../services/channels/test/support/http-receiver.ts';
import { newBrowser } from '../../../services/channels/test/support/web-push-browser.ts';
import { messagesTo, type Shown } from '../../../services/publishing/test/support/confirm-device.ts';

const PATIENCE_MS = 60_000;

export interface ReportPhone {
  readonly context: BrowserContext;
  readonly page: Page;
  /** The card of the report, on the page of the author's reports. */
  readonly card: Locator;
  /** Writes a report offline, in an app whose form was never opened; sends it. @returns its number */
  writeOffline(wanted: { category: string; text: string; waits: string; photo: Buffer }): Promise<string>;
  /** Turns notifications on below the sent report; the first one is answered by the service worker. */
  beTold(): Promise<void>;
  /** Gives the next messages of the push service to the app's service worker. @returns all that the phone then shows */
  receive(count: number): Promise<string[]>;
}

/**
 * The app on a phone, with its service worker. Only the way from the push service to the browser is ours: Chromium gets
 * its messages from a service on the internet.
 */
export async function openReportPhone(
  browser: Browser,
  url: string,
  locale: string,
  at: { readonly latitude: number; readonly longitude: number },
  push: { readonly url: string; readonly received: readonly Received[] },
): Promise<ReportPhone> {
  const context = await browser.newContext({
    ...{ viewport: { width: 390, height: 844 }, locale, reducedMotion: 'reduce' },
    ...{ permissions: ['geolocation', 'notifications'], geolocation: at },
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const path = `/${locale}-${Math.random().toString(36).slice(2)}`;
  const device = newBrowser(push.url + path);
  await context.addInitScript(
    `(${SUBSCRIBED})(${JSON.stringify(device.subscription)}, ${JSON.stringify({ quiet: AT_ANY_HOUR })})`,
  );
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const registrationId = await watchWorker(session, `${url}/app/`);
  const card = page.getByTestId('own-report').first();
  let taken = 0;
  const next = () => eventually('a message at the push service', () => messagesTo(push.received, path, device)[taken]);

  async function deliver(message: Shown): Promise<void> {
    taken += 1;
    const data = JSON.stringify(message);
    await session.send('ServiceWorker.deliverPushMessage', {
      origin: url,
      registrationId: await registrationId(),
      data,
    });
  }
  return {
    context,
    page,
    card,
    async writeOffline({ category, text, waits, photo }) {
      await page.goto(`${url}/app/home`);
      await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
      await eventually('what is needed offline is kept', () => page.evaluate(KEPT));
      await context.setOffline(true);
      await page.goto(`${url}/app/report`);
      await page.getByTestId('photo').setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: photo });
      await page.getByTestId('place').waitFor();
      await page.getByTestId(`category-${category}`).click();
      await page.getByTestId('description').fill(text);
      await page.getByTestId('send').click();
      await card.getByText(waits).waitFor();
      await context.setOffline(false);
      await page.reload(); // the app is opened again
      const number = (await card.getByTestId('report-number').textContent()) ?? '';
      const [id = ''] = /[0-9A-Z]{10}$/.exec(number) ?? [];
      assert.notEqual(id, '', number);
      return id;
    },
    async beTold() {
      await card.getByTestId('push-on').click();
      const first = await next();
      assert.ok(first?.confirm, JSON.stringify(first));
      await deliver(first);
    },
    async receive(count) {
      for (let n = 0; n < count; n++) await deliver(await next());
      return (await eventually('they are shown', async () => {
        const shown = (await page.evaluate(NOTIFIED)) as string[];
        return shown.length === taken - 1 && shown; // without the first message
      })) as string[];
    },
  };
}

/** @returns waits for the id that Chromium gave the service worker of this scope */
export async function watchWorker(session: CDPSession, scope: string): Promise<() => Promise<string>> {
  const found = Promise.withResolvers<string>();
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    const own = registrations.find(({ scopeURL }) => scopeURL === scope);
    if (own) found.resolve(own.registrationId);
  });
  await session.send('ServiceWorker.enable');
  return () => found.promise;
}

const AT_ANY_HOUR = { on: false, from: '22:00', to: '07:00' };

/*
 * Strings, because they run in the browser.
 */

const SUBSCRIBED = `(subscription, preferences) => {
  PushManager.prototype.getSubscription = async () => null;
  PushManager.prototype.subscribe = async () => ({ toJSON: () => subscription });
  localStorage.setItem('alzette.preferences', JSON.stringify(preferences));
}`;
/** The texts of what is shown about reports; messages of the first contact have others. */
const NOTIFIED = `navigator.serviceWorker.ready
  .then((registration) => registration.getNotifications())
  .then((all) => all.filter(({ tag }) => tag.startsWith('report:')).map(({ body }) => body))`;
/** Whether categories and the territory are kept. */
export const KEPT = `(async () => {
  const cache = await caches.open('alzette-kept');
  const urls = (await cache.keys()).map((request) => request.url);
  const files = (await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))).flat();
  return urls.some((each) => each.includes('categories')) && urls.some((each) => each.includes('territory')) && files.length > 20;
})()`;
