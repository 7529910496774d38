import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext } from '@playwright/test';
import { eventually } from '../support/eventually.ts';
import { checkPage, launchBrowser } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 60_000;
const PAGES = ['home', 'info', 'news', 'events', 'alerts', 'directory', 'polls', 'emergency', 'report', 'reports/mine'];
/** The smallest image that is one: a red point. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

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
    platform = await startPlatformProcess({ DATA_DIR: dataDir, PORT: String(port), DEMO: 'off', MQTT_PORT: '0' });
    browser = await launchBrowser();
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
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function write(item: object): Promise<void> {
    const response = await fetch(`${url}/publishing/items`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ state: 'ready', ...item }),
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

  // Every page narrow and dark; in the other languages those with the longest texts.
  for (const [locale, width, scheme, paths] of [
    ['fr-FR', 320, 'light', PAGES],
    ['en-GB', 390, 'dark', PAGES],
    ['de-DE', 1440, 'light', ['home', 'report']],
    ['lb-LU', 390, 'dark', ['home', 'report']],
  ] as const) {
    test(`${paths.length} pages in ${locale}, ${width} px, ${scheme}: axe finds nothing, nothing is wider than the page`, async () => {
      const context = await open(locale, width, { colorScheme: scheme });
      const page = await context.newPage();
      for (const path of paths) {
        await page.goto(`${url}/app/${path}`);
        await page.locator('h1, h2').first().waitFor();
        await page.waitForLoadState('networkidle');
        assert.equal(await page.locator('html').getAttribute('lang'), locale.slice(0, 2));
        await checkPage(page);
        if (process.env.SCREENSHOTS) {
          const name = `app-${path.replace('/', '-')}-${locale.slice(0, 2)}-${width}-${scheme}.png`;
          await page.screenshot({ path: join(process.env.SCREENSHOTS, name) });
        }
      }
      await context.close();
    });
  }

  test('from home to an article in its language; a poll is answered once on a device', async () => {
    const context = await open('de-DE', 390);
    const page = await context.newPage();
    await page.goto(`${url}/app/`);
    await page.getByRole('link', { name: 'Warnung · Straßenfest' }).click();
    await page.getByRole('heading', { name: 'Straßenfest' }).last().waitFor();
    await page.goto(`${url}/app/polls`);
    await page.getByLabel('Ja').check();
    await page.getByRole('button', { name: 'Antworten' }).click();
    await page.getByText('Danke, Ihre Antwort ist gezählt.').waitFor();
    await page.reload();
    await page.getByText('1 Antwort').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Antworten' }).count(), 0);
    await context.close();
  });

  test('a report that is written offline outlives the app, and is sent once when the network is back', async () => {
    const context = await open('fr-FR', 390);
    let page = await context.newPage();
    await page.goto(`${url}/app/report`);
    await page.getByTestId('category').locator('option').nth(1).waitFor({ state: 'attached' });
    // The page of one's own reports, while there is a network.
    await page.getByRole('link', { name: 'Mes signalements' }).click();
    await page.getByText('Aucun signalement').waitFor();
    await page.goBack();
    await context.setOffline(true);
    await page.getByTestId('photo').setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: PNG });
    await page.getByTestId('commune').selectOption('villerupt');
    await page.getByTestId('category').selectOption({ index: 1 });
    await page.getByTestId('send').click();
    await page.getByText('En attente du réseau').waitFor();
    await page.close({ runBeforeUnload: false });
    assert.equal(await count(), 0);

    await context.setOffline(false);
    // Two at once: the report is the one of both.
    page = await context.newPage();
    const other = await context.newPage();
    await Promise.all([page.goto(`${url}/app/reports/mine`), other.goto(`${url}/app/reports/mine`)]);
    await eventually('the report is sent', async () => (await count()) === 1, PATIENCE_MS);
    await page.reload();
    await page.getByText('Reçu').first().waitFor();
    assert.equal(await count(), 1);
    await context.close();
  });

  async function count(): Promise<number> {
    return ((await (await fetch(`${url}/reports?limit=10`)).json()) as { count: number }).count;
  }
});
