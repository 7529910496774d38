import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { eventually } from './eventually.ts';
import { checkPage } from './pages.ts';

const WAITS_MS = 60_000;
/** Web Vitals' "good" is 0.1; ours is half of it. */
const MOST_SHIFT = 0.05;
const STOP = 'urn:ngsi-ld:GtfsStop:FR-fluo:villerupt-mairie';
const PAGES = [
  'home',
  'info',
  'near',
  'collections',
  'recycling',
  'departures',
  `departures/${STOP}`,
  'air',
  'search?q=mairie',
  'menus',
  'directory',
  'emergency',
];

// Told to the browser as texts: its globals are not those of these tests.
const MEASURE_SHIFT = `
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });`;
const KEPT = `(async () => {
  const keys = await (await caches.open('alzette-kept')).keys();
  return keys.map(({ url }) => decodeURIComponent(decodeURIComponent(url))).join('\\n');
})()`;
const IS_INSTALLED = `(async () => {
  await navigator.serviceWorker.ready;
  const names = (await caches.keys()).filter((name) => name.startsWith('alzette-app-'));
  return names.length === 1 && (await (await caches.open(names[0])).keys()).length > 20;
})()`;

interface Site {
  readonly url: string;
  readonly browser: Browser;
}

/** The citizens' app on the demo: what one looks up every day. `site` is asked once its tests run. */
export function appEverydayTests(site: () => Site): void {
  test('app: home asks for an address and for stops, and then tells what matters there', async () => {
    const [page, context] = await openApp(site(), { width: 390, colorScheme: 'dark' });
    await page.goto(`${site().url}/app/`);
    const collection = page.getByTestId('card-collection');
    await collection.getByRole('button', { name: 'Indiquer mon adresse' }).click();
    await page.getByTestId('address-street').fill('rue jean jaures villerupt');
    await page.getByTestId('address-found').first().click();
    await collection
      .getByText(/Ordures ménagères|Emballages|Biodéchets|Papiers/)
      .first()
      .waitFor();
    await page
      .getByTestId('card-air')
      .getByText(/niveau \d sur 6/)
      .waitFor();
    await page
      .getByTestId('card-containers')
      .getByText(/il y a|à l’instant/)
      .first()
      .waitFor();
    await page.getByRole('heading', { name: 'L’éclairage ce soir' }).waitFor();

    await page.goto(`${site().url}/app/departures`);
    await page.getByTestId('stop-search').fill('villerupt');
    await page.getByRole('button', { name: 'Villerupt, Mairie : mon arrêt' }).click();
    await page.getByTestId('departure').first().waitFor();
    await page.getByTestId('disruption').first().waitFor();
    await page.goto(`${site().url}/app/`);
    await page.getByTestId('card-departures').getByTestId('departure').first().waitFor();
    await picture(page, 'home');
    await context.close();
  });

  for (const [locale, width, colorScheme, textSize] of [
    ['fr-FR', 320, 'light', 1],
    ['en-GB', 390, 'dark', 2],
  ] as const) {
    test(`app: ${PAGES.length} pages in ${locale}, ${width} px, ${colorScheme}, text of ${textSize * 100} %: axe finds nothing, all is in view, nothing jumps`, async () => {
      const [page, context] = await openApp(site(), { width, colorScheme, locale, isAtHome: true, textSize });
      for (const path of PAGES) {
        await page.goto(`${site().url}/app/${path}`);
        await page.locator('.ion-page:not(.ion-page-invisible) :is(h1, h2)').first().waitFor();
        await page.waitForLoadState('networkidle');
        await page.waitForFunction("!document.querySelector('.ion-page .ghost')");
        await checkPage(page);
        const shift = Number(await page.evaluate('window.shift'));
        // With text of another size than they were made for, fonts that come move a little more.
        assert.ok(shift <= MOST_SHIFT || textSize !== 1, `${path} shifts by ${shift}`);
        await picture(page, `${path.replace(/\W+/g, '-')}-${locale.slice(0, 2)}-${width}`);
      }
      await context.close();
    });
  }

  test('app: the calendar of an address tells what holidays move; it is shared, kept in a calendar, and works with notifications denied', async () => {
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

  test('app: without a network it has the timetable of its stops, named as such, all sections, the search and the map', async () => {
    const { url } = site();
    const [page, context] = await openApp(site(), { width: 390, isAtHome: true, serviceWorkers: 'allow' });
    await page.goto(`${url}/app/`);
    const kept = ['timetable/', 'citizen//menus', 'citizen//directory', 'citizen//defibrillators', 'kept/territory'];
    await eventually(
      'all is kept',
      async () => {
        const names = String(await page.evaluate(KEPT));
        return kept.every((name) => names.includes(name)) && (await page.evaluate(IS_INSTALLED)) === true;
      },
      WAITS_MS,
    );
    await context.setOffline(true);
    // Some minutes later, when what was told of now is old.
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

  test('app: a module that the site turns off is not there', async () => {
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
    await put(modules.filter((name) => name !== 'mobility' && name !== 'air'));
    const [page, context] = await openApp(site(), { width: 390 });
    await page.goto(`${url}/app/`);
    await page.getByTestId('card-collection').waitFor();
    assert.equal(await page.getByTestId('card-departures').or(page.getByTestId('card-air')).count(), 0);
    await page.goto(`${url}/app/info`);
    await page.getByRole('link', { name: 'Déchèteries' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Transports' }).count(), 0);
    await context.close();
    await put(modules);
  });
}

async function ask<T>(url: string, path: string): Promise<T> {
  return (await (await fetch(`${url}/citizen/v1${path}`)).json()) as T;
}

interface Opened {
  readonly width: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly locale?: string;
  /** With an address and a stop, as somebody has who has used it. */
  readonly isAtHome?: boolean;
  /** Of the text, 1 as it is. */
  readonly textSize?: number;
  readonly serviceWorkers?: 'allow' | 'block';
}

async function openApp(
  { url, browser }: Site,
  { width, colorScheme = 'light', locale = 'fr-FR', isAtHome = false, textSize = 1, serviceWorkers = 'block' }: Opened,
): Promise<[Page, BrowserContext]> {
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    colorScheme,
    locale,
    serviceWorkers,
    timezoneId: 'Europe/Paris',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(WAITS_MS);
  await context.addInitScript(MEASURE_SHIFT);
  if (textSize !== 1) {
    // From the first moment on, as a browser's own setting has it.
    const isPage = ({ pathname }: URL) => pathname.startsWith('/app/') && !/\.\w+$/.test(pathname);
    await context.route(isPage, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace('<html', `<html style="font-size: ${textSize * 100}%"`);
      // It is told unpacked.
      const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = response.headers();
      await route.fulfill({ status: response.status(), headers, body });
    });
  }
  if (isAtHome) {
    const { sectors } = await ask<{ sectors: { id: string }[] }>(url, '/collections/sectors?commune=villerupt');
    const address = { commune: 'villerupt', communeName: 'Villerupt', sector: sectors[0] };
    const stops = [{ id: STOP, name: 'Villerupt, Mairie', operator: 'Fluo Grand Est', country: 'FR' }];
    for (const [name, value] of [
      ['alzette.address', JSON.stringify(address)],
      ['alzette.stops', JSON.stringify(stops)],
      ['alzette.place', 'villerupt'],
    ]) {
      await context.addInitScript(`localStorage.setItem(${JSON.stringify(name)}, ${JSON.stringify(value)})`);
    }
  }
  const page = await context.newPage();
  return [page, context];
}

async function picture(page: Page, name: string): Promise<void> {
  const { SCREENSHOTS } = process.env;
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `app-${name}.png`) });
}
