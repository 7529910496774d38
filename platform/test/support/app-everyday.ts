import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Page } from '@playwright/test';
import { startReceiver } from '../../../services/channels/test/support/http-receiver.ts';
import { trustedCertificate } from '../../../services/channels/test/support/trusted-certificate.ts';
import { newBrowser } from '../../../services/channels/test/support/web-push-browser.ts';
import { confirmDevice } from '../../../services/publishing/test/support/confirm-device.ts';
import { ECO_INDEX_B, watchEcoIndex } from './eco-index.ts';
import { MAX_SHIFT, shiftOf } from './layout-shift.ts';
import { ask, openApp, pixelsFromCentre, type Site, STOP } from './open-app.ts';
import { checkPage } from './pages.ts';

const WAITS_MS = 60_000;
/** The only site of containers of this commune. */
const REDANGE = [5.92093, 49.496] as const;
/** Two taps at once would be one that zooms. */
const BETWEEN_TAPS_MS = 500;
const LOOKS = [
  ['fr-FR', 320, 'light', 1],
  ['en-GB', 390, 'dark', 2],
] as const;
/** Those that show something else to who has given an address and stops. `app-pages.test.ts` has all pages. */
const PAGES = ['home', 'collections', 'departures', `departures/${STOP}`, 'air'];

// Strings, because they run in the browser.
const KEPT = `(async () => {
  const keys = await (await caches.open('alzette-kept')).keys();
  return keys.map(({ url }) => decodeURIComponent(decodeURIComponent(url))).join('\\n');
})()`;
const NOTIFICATIONS = `(async () => {
  const [shown] = await (await navigator.serviceWorker.ready).getNotifications();
  return shown && [shown.title, shown.body];
})()`;
const TAP = `(async () => {
  const [notification] = await registration.getNotifications();
  dispatchEvent(new NotificationEvent('notificationclick', { notification }));
})()`;
const IS_INSTALLED = `(async () => {
  await navigator.serviceWorker.ready;
  const names = (await caches.keys()).filter((name) => name.startsWith('alzette-app-'));
  return names.length === 1 && (await (await caches.open(names[0])).keys()).length > 20;
})()`;

/** The citizens' app with the demo: what users look up every day. `site` is called when its tests run. */
export function appEverydayTests(site: () => Site): void {
  test('app: home asks for an address and for stops, and then shows what is relevant there', async () => {
    const [page, context] = await openApp(site(), { width: 390, colorScheme: 'dark' });
    await page.goto(`${site().url}/app/`);
    const collection = page.getByTestId('card-collection');
    const give = collection.getByRole('button', { name: 'Indiquer mon adresse' });
    await give.click();
    await page.getByTestId('address-street').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('address-street').waitFor({ state: 'hidden' });
    await page.getByTestId('start-begin').click();
    await page.getByRole('radio', { name: 'Villerupt' }).click();
    await page.getByTestId('address-street').fill('victor hugo');
    await page.getByTestId('which-commune').getByText('existe dans 7 communes').waitFor();
    assert.equal(await page.getByTestId('address-found').count(), 7);
    await page.getByTestId('address-street').fill('rue jean jaures villerupt');
    await page.getByTestId('address-found').first().click();
    await page.getByTestId('stop-search').fill('villerupt');
    await page.getByRole('button', { name: 'Villerupt, Mairie : mon arrêt' }).click();
    await page.getByTestId('start-next').click();
    await page.getByTestId('start').waitFor({ state: 'detached' });
    await collection
      .getByText(/Ordures ménagères|Emballages|Biodéchets|Papiers/)
      .first()
      .waitFor();
    await page
      .getByTestId('card-air')
      .getByText(/niveau \d sur 6/)
      .waitFor();
    await page
      .getByTestId('card-water')
      .getByText(/^(Conforme|Hors référence|Non conforme)$/)
      .waitFor();
    await page
      .getByTestId('card-containers')
      .getByText(/il y a|à l’instant/)
      .first()
      .waitFor();
    await page.getByRole('heading', { name: 'L’éclairage ce soir' }).waitFor();

    await page.getByTestId('card-departures').getByTestId('departure').first().waitFor();
    await picture(page, 'home');
    await page.goto(`${site().url}/app/departures`);
    await page.getByTestId('departure').first().waitFor();
    await page.getByTestId('disruption').first().waitFor();

    await page.getByTestId('journeys').click();
    await page.getByLabel('Départ', { exact: true }).fill('thil');
    await page.getByRole('button', { name: 'Thil, Mairie', exact: true }).click();
    await page.getByLabel('Arrivée', { exact: true }).fill('esch');
    await page.getByRole('button', { name: 'Esch-sur-Alzette, Gare', exact: true }).click();
    await page.getByTestId('journey').first().getByText('vers Esch-sur-Alzette, Gare').first().waitFor();
    await checkPage(page);
    await page.getByTestId('favourite-journey').click();
    await page.goto(`${site().url}/app/departures`);
    await page.getByRole('link', { name: 'Thil, Mairie → Esch-sur-Alzette, Gare' }).click();
    await page.getByTestId('journey').first().waitFor();
    await context.close();
  });

  for (const [turn, [locale, width, colorScheme, textSize]] of LOOKS.entries()) {
    test(`app: every second page with an address, in ${locale}, ${width} px, ${colorScheme}, text of ${textSize * 100} %: no axe violation, everything in view, no layout shift`, async () => {
      const [page, context] = await openApp(site(), { width, colorScheme, locale, isAtHome: true, textSize });
      for (const path of PAGES.filter((_, at) => at % LOOKS.length === turn)) {
        await page.goto(`${site().url}/app/${path}`);
        await page.locator('.ion-page:not(.ion-page-invisible) :is(h1, h2)').first().waitFor();
        await page.waitForLoadState('networkidle');
        await page.waitForFunction("!document.querySelector('.ion-page .ghost')");
        await checkPage(page);
        const { worst, moved } = await shiftOf(page);
        assert.ok(worst <= MAX_SHIFT, `${path} moves by ${worst}: ${moved.join('; ')}`);
        await picture(page, `${path.replace(/\W+/g, '-')}-${locale.slice(0, 2)}-${width}`);
      }
      await context.close();
    });
  }

  test('app: one map shows what is near, by layers that stay chosen', async () => {
    const { url } = site();
    const [page, context] = await openApp(site(), { width: 390, colorScheme: 'dark' });
    await page.goto(`${url}/app/map`);
    await page.getByTestId('layers').locator('summary').click();
    for (const layer of ['directory', 'defibrillators']) {
      const answer = page.waitForResponse((each) => each.url().includes(`/citizen/v1/${layer}`));
      await page.getByTestId(`layer-${layer}`).check();
      assert.equal((await answer).status(), 200, (await answer).url());
    }
    await page.getByTestId('layer-containers').uncheck();
    await checkPage(page);
    await page.reload();
    await page.getByTestId('layers').locator('summary').click();
    assert.equal(await page.getByTestId('layer-defibrillators').isChecked(), true);
    assert.equal(await page.getByTestId('layer-containers').isChecked(), false);
    await picture(page, 'map-of-everything');
    await checkPage(page);
    await context.close();
  });

  test('app: containers that would cover one another are one number on the map, and a tap on it comes nearer', async () => {
    const [page, context] = await openApp(site(), { width: 390 });
    const row = page.locator('.container-map .selected').getByRole('link');
    let pause = 0;
    await eventually('the place of the number is the centre of the map, with its three containers apart', async () => {
      // A tap that came too early moved the map elsewhere, so each attempt starts anew, with longer pauses.
      pause += BETWEEN_TAPS_MS;
      await page.goto(`${site().url}/app/map`);
      await page.locator('.container-map .legend').waitFor();
      const box = (await page.locator('.ol-viewport').boundingBox()) ?? assert.fail();
      const away = await pixelsFromCentre(site().url, REDANGE, box);
      const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      await page.waitForTimeout(pause);
      await page.mouse.click(centre.x + away.x, centre.y + away.y);
      assert.equal(await row.count(), 0, 'the number is not a list');
      await page.waitForTimeout(pause);
      await page.mouse.click(centre.x, centre.y);
      return (await row.count()) > 0;
    });
    assert.equal(await row.count(), 1);
    await context.close();
  });

  test('app: the calendar of an address shows days moved by holidays; it is shared, exported to a calendar, and works without notifications', async () => {
    const { url } = site();
    const sectors = await ask<{ sectors: { id: string; name: string }[] }>(url, '/collections/sectors');
    const moved = await Promise.all(
      sectors.sectors.map(async (sector) => {
        const { collections } = await ask<{ collections: { shiftedFrom?: string }[] }>(
          url,
          `/collections?sector=${sector.id}`,
        );
        return { sector, isMoved: collections.some(({ shiftedFrom }) => shiftedFrom !== undefined) };
      }),
    );
    const [chosen] = moved.toSorted((a, b) => Number(b.isMoved) - Number(a.isMoved));
    const [page, context] = await openApp(site(), { width: 390 });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`${url}/app/collections`);
    await page.getByTestId('choose-address').click();
    await page.getByTestId('address-sector').selectOption(chosen?.sector.id ?? '');
    await page.getByTestId('next-collection').waitFor();
    if (chosen?.isMoved)
      await page
        .getByTestId('shifted')
        .getByText(/^Décalée du /)
        .first()
        .waitFor();
    const calendar = await fetch(new URL((await page.getByTestId('ics').getAttribute('href')) ?? '', url));
    assert.match(await calendar.text(), /^BEGIN:VCALENDAR/);
    await page.getByRole('button', { name: 'Partager' }).click();
    await page.getByText('Lien copié').waitFor();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), `${url}/app/collections`);
    await page.getByTestId('reminder').click();
    await page.getByText('Le navigateur refuse les notifications').waitFor();
    assert.equal(await page.getByTestId('reminder').getAttribute('aria-checked'), 'false');
    await context.close();
  });

  test('app: without a network it has the timetable of its stops, marked as such, all sections, the search and the map', async () => {
    const { url } = site();
    const [page, context] = await openApp(site(), { width: 390, isAtHome: true, serviceWorkers: 'allow' });
    await page.goto(`${url}/app/`);
    const kept = ['timetable/', 'v1/menus', 'v1/directory', 'v1/defibrillators', 'kept/territory'];
    await eventually(
      'all is kept',
      async () => {
        const names = String(await page.evaluate(KEPT));
        return kept.every((name) => names.includes(name)) && (await page.evaluate(IS_INSTALLED)) === true;
      },
      WAITS_MS,
    );
    await context.setOffline(true);
    // Some minutes later, when the real time is outdated.
    await page.clock.setFixedTime(Date.now() + 5 * 60_000);
    await page.goto(`${url}/app/departures`);
    await page.locator('[data-testid="board-basis"][data-basis="timetable"]').waitFor();
    await page.getByTestId('departure').first().waitFor();
    await picture(page, 'departures-offline');
    await page.goto(`${url}/app/menus`);
    await page.getByRole('link', { name: 'Restaurant scolaire de Villerupt' }).first().click();
    await page.getByText('seul ce résumé a été gardé').waitFor();
    await page.goto(`${url}/app/search?q=mairie`);
    await page.getByTestId('found').first().waitFor();
    await page.goto(`${url}/app/map`);
    await page.locator('.ol-viewport canvas').first().waitFor();
    assert.equal(await page.getByText('Le fond de carte n’est pas disponible').count(), 0);
    await context.close();
  });

  test('app: the search queries the site for complete texts, and works locally when there is no network', async () => {
    const { url } = site();
    const texts = { fr: { title: 'Une soirée au parc', body: 'On y observe les chauves-souris.' } };
    const body = { kind: 'news', owner: '', state: 'ready', document: { texts } };
    assert.equal((await post(url, '/publishing/items', body)).status, 201);
    const [page, context] = await openApp(site(), { width: 390 });
    await page.goto(`${url}/app/search`);
    await page.getByTestId('search-field').fill('chauves souris');
    await page.getByTestId('found').getByText('Une soirée au parc').waitFor();
    await checkPage(page);
    await context.setOffline(true);
    await page.getByTestId('search-field').fill('mairie');
    await page.getByTestId('found').first().waitFor();
    await context.close();
  });

  test('app: a push message of the site is shown by its service worker, and opens its page', async (t) => {
    const { url } = site();
    const tls = await trustedCertificate(t);
    if (tls === undefined) return t.skip('openssl is missing');
    const pushService = await startReceiver(t, () => 201, tls);
    const device = newBrowser(`${pushService.url}/phone`);
    const wishes = { subscription: device.subscription, language: 'de', topics: ['news@villerupt'] };
    assert.equal((await post(url, '/citizen/v1/push/endpoints', wishes)).status, 201);
    const status = async (path: string, body: object) => (await post(url, path, body)).status;
    await confirmDevice(pushService.received, '/phone', device, status);
    const texts = { fr: { title: 'Bonjour', summary: 'À tous' }, de: { title: 'Hallo', summary: 'An alle' } };
    const news = { kind: 'news', owner: 'villerupt', state: 'ready', document: { texts, push: true } };
    assert.equal((await post(url, '/publishing/items', news)).status, 201);
    const sealed = await eventually('the device is notified', async () => pushService.received[1]?.body);

    const [page, context] = await openApp(site(), { width: 390, serviceWorkers: 'allow' });
    await context.grantPermissions(['notifications'], { origin: url });
    await page.goto(`${url}/app/home`);
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    // Simulates a message of the push service, which the browser can't reach here.
    const session = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) => {
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const own = registrations.find(({ scopeURL }) => scopeURL === `${url}/app/`);
        if (own) resolve(own.registrationId);
      });
    });
    await session.send('ServiceWorker.enable');
    const data = JSON.stringify(device.decrypt(sealed));
    await session.send('ServiceWorker.deliverPushMessage', { origin: url, registrationId: await registered, data });
    const shown = await eventually('it is shown', async () => (await page.evaluate(NOTIFICATIONS)) as string[]);
    assert.deepEqual(shown, ['Hallo', 'An alle']);
    await context.serviceWorkers()[0]?.evaluate(TAP);
    await page.waitForURL(/\/app\/news\//);
    await page.getByRole('heading', { name: 'Bonjour' }).waitFor();
    await context.close();
  });

  test('app: home and the containers have an EcoIndex of at least B', async () => {
    for (const path of ['home', 'near']) {
      const [page, context] = await openApp(site(), { width: 390, isAtHome: true });
      const ecoIndex = watchEcoIndex(page);
      await page.goto(`${site().url}/app/${path}`);
      await page.locator('.ion-page:not(.ion-page-invisible) h2').first().waitFor();
      await page.waitForLoadState('networkidle');
      const { score, ...counted } = await ecoIndex();
      assert.ok(score >= ECO_INDEX_B, `${path} has ${score.toFixed(0)} of 100: ${JSON.stringify(counted)}`);
      await context.close();
    }
  });

  test('app: a module that the site turns off is not shown', async () => {
    const { url } = site();
    const { modules, languages } = (await (await fetch(`${url}/publishing/settings`)).json()) as {
      modules: string[];
      languages: string[];
    };
    const put = async (on: readonly string[]) => {
      const body = JSON.stringify({ modules: on, languages });
      const headers = { 'content-type': 'application/json' };
      assert.equal((await fetch(`${url}/publishing/settings`, { method: 'PUT', headers, body })).status, 204);
    };
    await put(modules.filter((name) => !['mobility', 'air', 'water'].includes(name)));
    const [page, context] = await openApp(site(), { width: 390 });
    await page.goto(`${url}/app/`);
    await page.getByTestId('card-collection').waitFor();
    assert.equal(await page.getByTestId(/^card-(departures|air|water)$/).count(), 0);
    await page.goto(`${url}/app/info`);
    await page.getByRole('link', { name: 'Déchèteries' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Transports' }).count(), 0);
    await context.close();
    await put(modules);
  });
}

function post(url: string, path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function picture(page: Page, name: string): Promise<void> {
  const { SCREENSHOTS } = process.env;
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `app-${name}.png`) });
}
