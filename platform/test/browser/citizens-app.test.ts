import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext } from '@playwright/test';
import { checkPage, launchBrowser } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;
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
    await page.getByLabel('Ja').check();
    await page.getByRole('button', { name: 'Antworten' }).click();
    await page.getByText('Danke, Ihre Antwort ist gezählt.').waitFor();
    await page.reload();
    await page.getByText('1 Antwort').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Antworten' }).count(), 0);
    await context.close();
  });
});
