import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext } from '@playwright/test';
import { NO_NEW_FEATURES } from '../support/old-browser.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, launchWholeBrowser } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;
const PICTURE = fileURLToPath(new URL('../../../mobile/public/icon-192.png', import.meta.url));
const PATIENCE_MS = 60_000;

describe('the citizens’ app, in a browser', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let url: string;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const port = await freePort();
    url = `http://localhost:${port}`;
    platform = await startPlatformProcess({
      DATA_DIR: dataDir,
      ...(await onServer(dataDir)),
      PORT: String(port),
      DEMO: 'off',
      MQTT_PORT: '0',
    });
    browser = await launchWholeBrowser();
    const texts = {
      fr: { title: 'Fête de la rue', summary: 'Dès 14 h', body: '## Programme\n\n- musique' },
      de: { title: 'Straßenfest', summary: 'Ab 14 Uhr' },
    };
    const start = new Date(Date.now() + 86_400_000).toISOString();
    const choices = [
      { id: 'oui', text: { fr: 'Oui', de: 'Ja' } },
      { id: 'non', text: { fr: 'Non', de: 'Nein' } },
    ];
    await write({ kind: 'news', owner: 'villerupt', document: { texts } });
    await write({ kind: 'event', owner: '', document: { texts, event: { start } } });
    await write({ kind: 'alert', owner: '', document: { texts, alert: { severity: 'warning' } } });
    await write({ kind: 'place', owner: 'thil', document: { texts, place: { category: 'defibrillator' } } });
    await write({ kind: 'poll', owner: '', document: { texts, poll: { choices } } });
    const dish = { course: 'main', name: 'Quiche', allergens: ['œufs', 'lait'] };
    const menu = { day: start.slice(0, 10), canteen: 'École du Centre', dishes: [dish] };
    await write({ kind: 'menu', owner: 'villerupt', document: { texts: { fr: { title: 'École du Centre' } }, menu } });
    const link = 'https://shop.example.org/';
    await write({ kind: 'page', owner: '', document: { texts: SHOP, link, page: { section: 'boutique' } } });
    await write({ kind: 'place', owner: 'thil', document: { texts: BAKERY, place: BAKED } });
    await create(CONTAINER);
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function write(item: object): Promise<string> {
    const response = await fetch(`${url}/publishing/items`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ state: 'ready', ...item }),
    });
    const text = await response.text();
    assert.equal(response.status, 201, text);
    return (JSON.parse(text) as { item: { id: string } }).item.id;
  }

  async function create(entity: object): Promise<void> {
    const response = await fetch(`${url}/ngsi-ld/v1/entities`, {
      method: 'POST',
      headers: { 'content-type': 'application/ld+json' },
      body: JSON.stringify({ '@context': `${url}/contexts/territory/v1.jsonld`, ...entity }),
    });
    assert.equal(response.status, 201, await response.text());
  }

  async function open(locale: string, width: number, more: object = {}): Promise<BrowserContext> {
    const context = await browser.newContext({
      locale,
      viewport: { width, height: 800 },
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
      ...more,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  }

  // app-pages.test.ts tests the other widths and languages.
  for (const path of ['home', 'report', 'settings']) {
    test(`${path}, on a wide screen: axe finds nothing, nothing is wider than the page`, async () => {
      const context = await open('de-DE', 1440);
      const page = await context.newPage();
      await page.goto(`${url}/app/${path}`);
      await page.locator('h1, h2').first().waitFor();
      await page.waitForLoadState('networkidle');
      await checkPage(page);
      await context.close();
    });
  }

  test('from home to an article in its language; a poll is answered once per device', async () => {
    const context = await open('de-DE', 390);
    const page = await context.newPage();
    await page.goto(`${url}/app/`);
    await page.getByRole('link', { name: 'Warnung · Straßenfest' }).click();
    await page.getByRole('heading', { name: 'Straßenfest' }).last().waitFor();
    await page.goto(`${url}/app/polls`);
    await page.getByText('beratend').waitFor();
    const question = page.getByRole('group', { name: 'Straßenfest' });
    await question.getByRole('heading', { name: 'Straßenfest' }).waitFor();
    assert.equal(await page.getByText('Straßenfest', { exact: true }).count(), 1, 'it is read once');
    await page.getByTestId('poll-results').click();
    await page.getByRole('progressbar', { name: 'Ja' }).waitFor();
    await checkPage(page);
    await page.getByTestId('poll-results').click();
    await page.getByLabel('Ja').check();
    await page.getByRole('button', { name: 'Antworten' }).click();
    await page.getByText('Danke, Ihre Antwort ist gezählt.').waitFor();
    await page.reload();
    await page.getByText('1 Antwort').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Antworten' }).count(), 0);
    await context.close();
  });

  test('what is not in the language of the app is marked so, for the eye and for screen readers', async () => {
    const context = await open('de-DE', 390);
    const page = await context.newPage();
    const mark = page.getByTestId('language-mark');
    for (const path of ['directory', 'menus', 'search?q=boulangerie']) {
      await page.goto(`${url}/app/${path}`);
      const name = path === 'menus' ? 'École du Centre' : 'Boulangerie';
      const shown = page.locator('[lang="fr"]').filter({ hasText: name }).first();
      await shown.waitFor();
      await mark.filter({ hasText: 'auf Französisch' }).first().waitFor();
      assert.equal(await mark.first().getAttribute('lang'), 'de');
    }
    await page.goto(`${url}/app/directory`);
    await page.getByRole('link', { name: 'Boulangerie' }).click();
    const article = page.locator('article[lang="fr"]');
    await article.getByTestId('language-mark').waitFor();
    const share = article.getByRole('button', { name: 'Teilen' });
    assert.equal(await share.locator('xpath=ancestor::*[@lang][1]').getAttribute('lang'), 'de');
    await checkPage(page);
    await page.goto(`${url}/app/news`);
    await page.getByRole('link', { name: 'Straßenfest' }).waitFor();
    assert.equal(await mark.count(), 0, 'what is in German is not marked');
    await context.close();
  });

  test('menus show allergens; emergency numbers can be called, and defibrillators are listed', async () => {
    const context = await open('fr-FR', 390);
    const page = await context.newPage();
    await page.goto(`${url}/app/menus`);
    await page.getByRole('link', { name: 'École du Centre' }).click();
    await page.getByText(/œufs, lait/).waitFor();
    await page.goto(`${url}/app/emergency`);
    assert.equal(await page.getByRole('link', { name: /^112/ }).first().getAttribute('href'), 'tel:112');
    await page.getByRole('link', { name: 'Fête de la rue' }).waitFor();
    await context.close();
  });

  test('the shop and the directory: links, a telephone number, and hours in words', async () => {
    const context = await open('fr-FR', 390);
    const page = await context.newPage();
    await page.goto(`${url}/app/pages`);
    await page.getByRole('link', { name: 'Composteurs' }).click();
    const more = page.getByRole('link', { name: 'En savoir plus' });
    await more.waitFor();
    assert.equal(await more.getAttribute('href'), 'https://shop.example.org/');
    await page.goto(`${url}/app/directory`);
    await page.getByRole('link', { name: 'Boulangerie' }).click();
    await page.locator('dl').getByRole('link', { name: '03 53 01 00 99' }).waitFor();
    await page.getByText(/mardi – samedi : 07:00.–.13:00/).waitFor();
    await page.getByText('fermé les jours fériés').waitFor();
    await context.close();
  });

  test('a tourist finds a shop by a word of another language, and with a typing error', async () => {
    const context = await open('en-GB', 390);
    const page = await context.newPage();
    for (const words of ['bread', 'Brout', 'boulangrie']) {
      await page.goto(`${url}/app/search?q=${words}`);
      await page.getByTestId('found').getByText('Boulangerie').waitFor();
    }
    await context.close();
  });

  test('a shopkeeper gets a link in the portal, and proposes hours that the town hall accepts there', async () => {
    const id = await write({
      kind: 'place',
      owner: 'thil',
      document: { texts: FLORIST, place: { category: 'commerce' } },
    });
    const portal = await (await open('fr-FR', 1440)).newPage();
    await portal.goto(`${url}/share/publications?item=${id}`);
    await portal.getByTestId('invite-keeper').click();
    const link = (await portal.getByTestId('keeper-url').textContent()) ?? '';

    const context = await open('fr-FR', 390);
    const page = await context.newPage();
    await page.goto(link);
    await page.getByTestId('keeper-website').fill('example');
    await page.getByTestId('keeper-send').click();
    await page.getByText('Champ à corriger : Site web.').waitFor();
    await page.getByTestId('keeper-website').fill('');
    await page.getByTestId('hours-0-from').fill('09:00');
    await page.getByTestId('hours-0-to').fill('12:00');
    await page.getByTestId('hours-like-monday').click();
    await page.getByTestId('hours-closed-from').fill('2098-12-24');
    await page.getByText('La fermeture finit avant de commencer').waitFor();
    await page.getByTestId('hours-closed-to').fill('2098-12-26');
    await page.getByTestId('keeper-picture-file').setInputFiles(PICTURE);
    await page.getByTestId('keeper-picture').waitFor();
    await page.getByTestId('keeper-send').click();
    await page.getByText('Champ à corriger : Ce que montre la photo.').waitFor();
    await page.getByTestId('keeper-picture-text').fill('La vitrine');
    await page.getByTestId('keeper-send').click();
    await page.getByText('attend l’accord de la mairie').waitFor();
    await checkPage(page);

    await portal.reload();
    await portal.getByTestId('waiting-proposals').waitFor();
    await portal.getByTestId('proposal').getByText('Mo-Fr 09:00-12:00; 2098 Dec 24-2098 Dec 26 off').waitFor();
    await portal.getByTestId('proposed-picture').waitFor();
    await checkPage(portal);
    await portal.getByTestId('accept-proposal').click();
    await portal.getByTestId('proposal').waitFor({ state: 'detached' });
    await page.goto(`${url}/app/directory/${id}`);
    await page.getByText(/lundi – vendredi : 09:00.–.12:00/).waitFor();
    await page.getByText('24 décembre – 26 décembre : fermé').waitFor();
    await page.getByRole('img', { name: 'La vitrine' }).waitFor();
    await Promise.all([context.close(), portal.context().close()]);
  });

  test('a recycling centre shows its hours, and the waiting time with the certainty of the estimate', async () => {
    const context = await open('fr-FR', 390);
    const page = await context.newPage();
    // Only now: the older the count, the less certain the estimate.
    await create({ ...CENTRE, occupancy: measured(4) });
    await page.goto(`${url}/app/recycling`);
    const centre = page.getByTestId('centre').filter({ hasText: 'Déchèterie de Thil' });
    await centre.getByText(/^Ouverte/).waitFor();
    const queue = centre.getByTestId('queue');
    await queue.getByText(/Environ \d+ min d’attente/).waitFor();
    await queue.getByText(/4 véhicules, entre \d+ et \d+ min huit fois sur dix/).waitFor();
    await queue.getByText(/estimation (fiable|à prendre avec réserve|peu sûre)/).waitFor();
    await context.close();
  });

  test('a browser of Android 6 lacks newer features: the pages of the tabs show their contents without them', async () => {
    const context = await open('fr-FR', 390);
    await context.addInitScript(NO_NEW_FEATURES);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${url}/app/home`);
    await page.getByText('Fête de la rue').first().waitFor();
    await page.locator('#tab-button-near').click();
    await page.getByText('Rue Carnot').first().waitFor();
    await page.locator('#tab-button-report').click();
    await page.getByTestId('category-pothole').click();
    await page.locator('#tab-button-info').click();
    await page.getByRole('link', { name: 'Déchèteries' }).waitFor();
    await page.locator('#tab-button-map').click();
    await page.locator('.ol-viewport canvas').first().waitFor();
    assert.deepEqual(faults, []);
    await context.close();
  });
});

const property = (value: unknown) => ({ type: 'Property', value });
const measured = (value: unknown) => ({ ...property(value), observedAt: new Date().toISOString() });
const at = (longitude: number, latitude: number) => ({
  type: 'GeoProperty',
  value: { type: 'Point', coordinates: [longitude, latitude] },
});

const SHOP = { fr: { title: 'Composteurs' } };
const BAKERY = { fr: { title: 'Boulangerie', summary: 'Pain au levain' } };
const FLORIST = { fr: { title: 'Fleurs de Thil' } };
const BAKED = { category: 'commerce', telephone: '03 53 01 00 99', openingHours: 'Tu-Sa 07:00-13:00; PH off' };

const CENTRE = {
  id: 'urn:ngsi-ld:PointOfInterest:centre',
  type: 'PointOfInterest',
  scope: '/Thil',
  name: property('Déchèterie de Thil'),
  category: property(['recyclingCentre']),
  openingHours: property(['Mo-Su 00:00-24:00']),
  location: at(5.91, 49.47),
};
const CONTAINER = {
  id: 'urn:ngsi-ld:WasteContainer:carnot',
  type: 'WasteContainer',
  scope: '/Villerupt',
  name: property('Rue Carnot'),
  storedWasteKind: property(['glass']),
  fillingLevel: measured(0.4),
  location: at(5.93, 49.47),
};
