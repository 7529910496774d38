import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { readTour, TOURS } from '../../../portal/src/shell/tour/tours.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, choose, followRail, launchBrowser, openPage } from '../support/pages.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { sendJson } from '../support/send-json.ts';

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 60_000;
const LAMP = 'urn:ngsi-ld:Streetlight:carnot-1';
const CABINET = 'urn:ngsi-ld:StreetlightControlCabinet:carnot';
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };

describe('the portal’s frame', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];

  async function write(subject: string, entity: object): Promise<void> {
    const context = `${platform.url}/contexts/${subject}`;
    const link = `<${context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
    await sendJson(platform.url, 'POST', '/ngsi-ld/v1/entityOperations/upsert', [entity], { link });
  }

  const lampAt = (minutesAgo: number, powerState: string, power: number) => {
    const observedAt = new Date(Date.now() - minutesAgo * 60_000).toISOString();
    return {
      id: LAMP,
      type: 'Streetlight',
      name: 'CAR-1',
      address: { value: { streetAddress: 'Rue Carnot', addressLocality: 'Rédange' } },
      location: { value: { type: 'Point', coordinates: [5.93, 49.468] } },
      refStreetlightControlCabinet: { object: CABINET },
      powerState: { value: powerState, observedAt },
      powerConsumption: { value: power, observedAt, unitCode: 'WTT' },
    };
  };

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    platform = await startPlatformProcess({
      DATA_DIR: dataDir,
      ...(await onServer(dataDir)),
      DEMO: 'off',
      MQTT_PORT: '0',
    });
    for (const [minutesAgo, state, power] of [
      [180, 'off', 1],
      [120, 'on', 40],
      [60, 'on', 42],
    ] as const) {
      await write('territory/v1.jsonld', lampAt(minutesAgo, state, power));
    }
    await write('territory/v1.jsonld', { id: CABINET, type: 'StreetlightControlCabinet', name: 'Armoire Carnot' });
    browser = await launchBrowser();
    context = await browser.newContext({
      locale: 'fr-FR',
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
      viewport: DESKTOP,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true });
  });

  test('by keyboard only: the palette finds a lamp by its street, ignoring case and accents, and opens its page', async () => {
    await page.goto(`${platform.url}/map?commune=redange`);
    await page.getByTestId('scope').getByText('Rédange').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').waitFor();
    await page.keyboard.type('rue CARNOT');
    await page.getByRole('option', { name: /CAR-1/ }).waitFor();
    await checkPage(page);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'CAR-1', level: 1 }).waitFor();
    assert.equal(await page.title(), 'CAR-1 · Alzette');
    const address = new URL(page.url());
    assert.deepEqual(
      [decodeURIComponent(address.pathname), address.searchParams.get('commune')],
      [`/e/${LAMP}`, 'redange'],
    );
    assert.equal(await page.evaluate('document.activeElement.id'), 'main');
  });

  test('the lamp’s page shows since when it is lit, and its curve also as a table', async () => {
    const sentence = /Allumé\s+depuis le .*il y a 2\sh/s;
    await page.getByTestId('state-sentence').filter({ hasText: sentence }).waitFor();
    await page.getByTestId('timeline').getByText('éteint').waitFor();
    const chart = page.getByTestId('chart').first();
    await chart.locator('canvas').waitFor();
    await chart.getByTestId('chart-toggle').click();
    assert.equal(await chart.locator('tbody tr').count(), 3);
    assert.equal(await chart.locator('tbody tr td').first().textContent(), '42');
    for (const viewport of [DESKTOP, PHONE]) {
      await page.setViewportSize(viewport);
      await checkPage(page);
    }
    await page.setViewportSize(DESKTOP);
  });

  test('its form is generated from the model: it shows errors while typing, and saved values appear', async () => {
    await page.getByTestId('edit').click();
    await page.getByTestId('edit-form').waitFor();
    assert.equal(await page.getByTestId('edit-save').isDisabled(), true);
    const height = page.getByTestId('field-lanternHeight').locator('input');
    await height.fill('haut');
    await page.getByText('Un nombre est attendu').waitFor();
    assert.equal(await page.getByTestId('edit-save').isDisabled(), true);
    await height.fill('6,5');
    await checkPage(page);
    await page.getByTestId('edit-save').click();
    await page.getByTestId('drawer').waitFor({ state: 'detached' });
    await page.getByTestId('attribute-lanternHeight').getByText('6,5').waitFor();
  });

  test('a cabinet’s page lists its lamps in a table, whose order is in the URL', async () => {
    await page.getByTestId('attribute-refStreetlightControlCabinet').getByRole('link').click();
    await page.getByRole('heading', { name: 'Armoire Carnot', level: 1 }).waitFor();
    const table = page.getByTestId('table-parts');
    await table.getByRole('button', { name: 'Ouvrir CAR-1' }).waitFor();
    await table.getByRole('columnheader', { name: /État/ }).click();
    await page.waitForURL(/sort=state/);
    await checkPage(page);
    const download = page.waitForEvent('download');
    await table.getByTestId('export').click();
    await page.getByTestId('export-csv').click();
    assert.equal((await download).suggestedFilename(), 'parts.csv');
  });

  test('an alarm is shown immediately: by the bell, the title, and a message that is read aloud', async () => {
    const alarm = {
      id: 'urn:ngsi-ld:Alert:1',
      type: 'Alert',
      severity: 'high',
      status: 'active',
      about: { object: LAMP },
    };
    const data = { value: { text: { fr: 'La lampe CAR-1 ne répond plus', en: 'Lamp CAR-1 is silent' } } };
    await page.getByTestId('connection').and(page.locator('[data-connection="live"]')).waitFor();
    await write('Alert/v2.jsonld', { ...alarm, data, dateIssued: new Date().toISOString() });
    const toast = page.getByTestId('alarm-toast');
    await toast.getByText('La lampe CAR-1 ne répond plus').waitFor();
    assert.equal(await toast.getAttribute('role'), 'alert');
    assert.equal(await page.getByTestId('bell-count').textContent(), '1');
    assert.equal(await page.title(), '(1) Armoire Carnot · Alzette');
    await checkPage(page);
    const about = await context.newPage();
    await about.goto(platform.url);
    await about.getByTestId('show-new').getByText('1').waitFor();
    await about.getByRole('button', { name: 'Ouvrir La lampe CAR-1 ne répond plus' }).waitFor();
    await about.getByTestId('last-day').getByText('Une alarme a commencé. Aucune n’est finie.').waitFor();
    await about.getByTestId('alarm-map').getByText('Une alarme est sans lieu.').waitFor();
    await about
      .getByTestId('alarm-map')
      .getByText(/^\d+ k?m$/)
      .waitFor(); // the scale of the map
    await about.getByTestId('silent-devices').getByText('Tous les capteurs').waitFor();
    await about.getByTestId('tonight').getByRole('link', { name: 'Sans stratégie' }).waitFor();
    for (const viewport of [DESKTOP, PHONE]) {
      await about.setViewportSize(viewport);
      await checkPage(about);
    }
    await openPage(about, `${platform.url}/administer/roles?open=%2B`);
    const title = about.getByTestId('drawer').getByRole('heading', { level: 2 });
    await title.waitFor();
    await about.getByTestId('connection').and(about.locator('[data-connection="live"]')).waitFor();
    await write('Alert/v2.jsonld', { ...alarm, id: 'urn:ngsi-ld:Alert:2', data, dateIssued: new Date().toISOString() });
    const card = about.getByTestId('alarm-toast').getByText('La lampe CAR-1 ne répond plus');
    await card.waitFor();
    for (const viewport of [DESKTOP, PHONE]) {
      await about.setViewportSize(viewport);
      const [covered, covering] = await Promise.all([title.boundingBox(), card.boundingBox()]);
      assert.ok(covered && covering);
      assert.ok(covering.y > covered.y + covered.height, `the message at ${covering.y} covers the title of the drawer`);
    }
    await write('Alert/v2.jsonld', { ...alarm, id: 'urn:ngsi-ld:Alert:2', status: 'closed' });
    await about.close();
    await write('Alert/v2.jsonld', { ...alarm, status: 'closed' });
    await page.getByTestId('bell-count').waitFor({ state: 'detached' });
  });

  test('a key is made for an organisation, chosen by its name', async () => {
    const tab = await context.newPage();
    await tab.goto(`${platform.url}/administer/keys?open=%2B`);
    await tab.getByTestId('field-title').locator('input').fill('Capteurs');
    await choose(tab.getByTestId('field-organisation').getByRole('combobox'), 'Audun-le-Tiche');
    for (const viewport of [DESKTOP, PHONE]) {
      await tab.setViewportSize(viewport);
      await checkPage(tab);
    }
    await tab.getByTestId('save').click();
    await tab.getByTestId('said').getByText(/alz_/).waitFor();
    const keys = await sendJson<{ title: string; organisation?: string }[]>(platform.url, 'GET', '/ops/access/keys');
    assert.equal(keys.find(({ title }) => title === 'Capteurs')?.organisation, 'Audun_le_Tiche');
    await tab.close();
  });

  test('day and night follow the system while the page is open, until the reader chooses', async () => {
    const own = await browser.newContext({ reducedMotion: 'reduce', serviceWorkers: 'block', viewport: DESKTOP });
    own.setDefaultTimeout(PATIENCE_MS);
    const tab = await own.newPage();
    await tab.goto(`${platform.url}/sources`);
    const appearance = (is: string) => tab.locator(`html[data-appearance="${is}"]`).waitFor();
    await tab.emulateMedia({ colorScheme: 'dark' });
    await appearance('night');
    await tab.emulateMedia({ colorScheme: 'light' });
    await appearance('day');
    await tab.getByTestId('account').click();
    await tab.getByTestId('appearance').click();
    await appearance('night');
    await tab.emulateMedia({ colorScheme: 'dark' });
    await tab.emulateMedia({ colorScheme: 'light' });
    await appearance('night');
    await own.close();
  });

  test('help about a page opens beside it, changes with the page, and is in the reader’s language', async () => {
    const tab = await context.newPage();
    await tab.goto(`${platform.url}/operations/work-orders`);
    // An empty page leads to its help.
    await tab.getByTestId('empty').getByRole('button', { name: 'Aide sur cette page' }).click();
    const help = tab.getByTestId('help');
    await help.getByRole('heading', { name: 'Ordres de travail', level: 3 }).waitFor();
    await help.getByText('Ce qui est à faire sur place, par qui et pour quand.').waitFor();
    for (const viewport of [PHONE, DESKTOP]) {
      await tab.setViewportSize(viewport);
      await checkPage(tab);
    }
    await followRail(tab, 'rules');
    await help.getByRole('heading', { name: 'Règles', level: 3 }).waitFor();
    const whole = await help.getByRole('link', { name: 'Dans la documentation' }).getAttribute('href');
    assert.equal(decodeURI(whole ?? ''), `${platform.url}/docs/fr/portal.html#règles`);
    assert.match(await (await fetch(whole ?? '')).text(), /id="règles"/);
    await help.getByTestId('drawer-close').click();
    await help.waitFor({ state: 'detached' });
    await tab.setViewportSize(PHONE);
    await tab.getByTestId('account').click();
    await tab.getByTestId('account-help').click();
    await help.getByRole('heading', { name: 'Règles', level: 3 }).waitFor();
    await tab.close();
    const german = await browser.newContext({ locale: 'de-DE', serviceWorkers: 'block', viewport: DESKTOP });
    german.setDefaultTimeout(PATIENCE_MS);
    const other = await german.newPage();
    await other.goto(`${platform.url}/cockpits/waste`);
    await other.getByTestId('open-help').click();
    await other.getByTestId('help').getByText('Wie voll jeder Container ist').waitFor();
    await german.close();
  });

  test('a first-day tour for each role leads by keyboard to what it is about, and a word is explained on touch', async () => {
    for (const role of TOURS) {
      await page.getByTestId('open-help').click();
      await page.getByTestId('tours').locator('summary').click();
      await page.getByTestId(`take-${role}`).click();
      const card = page.getByTestId('tour');
      await card.waitFor();
      for (const [at, step] of (await readTour(role)).entries()) {
        await card.getByText(step.text.fr).waitFor();
        await page.locator(`.tour-target[data-testid="${step.at}"]`).waitFor();
        assert.equal(await card.evaluate((element) => element.matches(':focus')), true, `${role} ${at}`);
        if (role === 'operator' && at === 0) {
          await checkPage(page);
          const background = String(
            await page.evaluate(`getComputedStyle(document.querySelector('[data-testid=tour]')).backgroundColor`),
          );
          assert.match(background, /^rgb\(/, `the page shows through the card: ${background}`);
        }
        if ((await card.getByTestId('tour-next').count()) === 0) break;
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
      }
      await page.keyboard.press('Escape');
      await card.waitFor({ state: 'detached' });
      assert.equal(await page.locator('.tour-target').count(), 0);
    }
    await page.goto(`${platform.url}/connect/subscriptions`);
    const term = page.getByTestId('term-subscription');
    await term.locator('summary').press('Enter');
    await term.getByText('Prévient un programme des changements').waitFor();
    await checkPage(page);
  });

  test('a view is saved under a name, and restores the selection', async () => {
    const chosen = page.url();
    await page.getByTestId('views').click();
    await page.getByTestId('view-name').locator('input').fill('Lampes de la rue Carnot');
    await page.getByTestId('view-save').click();
    await checkPage(page);
    await page.keyboard.press('Escape');
    await followRail(page, 'sources');
    await page.getByRole('heading', { name: 'Sources', level: 1 }).waitFor();
    await page.getByTestId('views').click();
    await page.getByRole('link', { name: 'Lampes de la rue Carnot' }).click();
    await page.waitForURL(chosen);
    await page.getByTestId('views').click();
    await page.getByTestId('view-name').locator('input').fill('Lampes de la rue Carnot');
    const saved = page.waitForResponse((response) => response.request().method() === 'PUT');
    await page.getByTestId('view-save').click();
    assert.equal((await saved).status(), 204, 'it is replaced');
    await page.keyboard.press('Escape');
  });

  test('views that an earlier version kept in the browser come to the server, once', async () => {
    const other = await browser.newContext({ locale: 'fr-FR', serviceWorkers: 'block', viewport: DESKTOP });
    other.setDefaultTimeout(PATIENCE_MS);
    const kept = [
      { name: 'Aumetz', address: '/map?commune=aumetz' },
      { name: 'Ailleurs', address: 'https://elsewhere.example' },
    ];
    const tab = await other.newPage();
    await openPage(tab, `${platform.url}/sources`);
    await tab.evaluate((views) => localStorage.setItem('alzette.views', views), JSON.stringify(kept));
    for (const name of ['the first time', 'the second time']) {
      await tab.getByTestId('views').click();
      const panel = tab.getByRole('region', { name: 'Vues enregistrées' });
      await panel.getByRole('link', { name: 'Aumetz' }).waitFor();
      const names = await panel.getByRole('link').allTextContents();
      assert.deepEqual(names, ['Aumetz', 'Lampes de la rue Carnot'], name);
      await tab.reload();
    }
    await other.close();
  });

  test('on a phone some pages are in a bar, and all of them behind "more"', async () => {
    await page.setViewportSize(PHONE);
    await page.getByTestId('bar-map').click();
    await page.waitForURL(/\/map/);
    await page.getByTestId('more').click();
    await page.getByTestId('views').click();
    await checkPage(page);
    await page.getByRole('link', { name: 'Aumetz' }).click();
    await page.waitForURL(/commune=aumetz/);
    await followRail(page, 'keys');
    await page.getByRole('heading', { name: 'Mes clés', level: 1 }).waitFor();
    assert.deepEqual(
      faults.filter((fault) => !fault.includes('401')), // an anonymous caller has no own keys
      [],
    );
  });
});
