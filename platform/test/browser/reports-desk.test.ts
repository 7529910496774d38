import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import { checkPage, launchBrowser } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 60_000;

describe('the desk of reports, in a browser', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let page: Page;
  let url: string;
  let id: string;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const port = await freePort();
    url = `http://localhost:${port}`;
    platform = await startPlatformProcess({ DATA_DIR: dataDir, PORT: String(port), DEMO: 'off', MQTT_PORT: '0' });
    const location = { lat: 49.4703, lon: 5.9312 };
    ({ id } = await post('/reports', { category: 'pothole', location, description: 'Un grand trou' }));
    await post('/reports', { category: 'tree', location, description: 'Une branche' });
    browser = await launchBrowser();
    const viewport = { width: 1440, height: 900 };
    const context = await browser.newContext({
      locale: 'fr-FR',
      viewport,
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function post(path: string, body: object): Promise<{ id: string }> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(response.status, 201);
    return (await response.json()) as { id: string };
  }

  test('a report is published, answered and given out as work; all views are without an axe violation', async () => {
    await page.goto(`${url}/operate/reports`);
    // By keyboard alone: the row opens, the drawer takes over.
    await page
      .getByRole('button', { name: /Trou dans la chaussée/ })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    const moderation = page.getByTestId('report-moderation');
    await moderation.filter({ hasText: 'À modérer' }).waitFor();
    await checkPage(page);
    await page.getByTestId('act-accept').focus();
    await page.keyboard.press('Enter');
    await moderation.filter({ hasText: 'Public' }).waitFor();
    await page.getByTestId('reply').getByRole('textbox').fill('Nous passons mardi');
    await page.getByTestId('act-answer').click();
    await page.getByText('Nous passons mardi').first().waitFor();
    await page.getByTestId('act-work-order').click();
    await page.getByTestId('report-status').filter({ hasText: 'Planifié' }).waitFor();
    const answer = await fetch(`${url}/citizen/v1/reports/${id}`);
    const shown = (await answer.json()) as { readonly description: string; readonly status: string };
    assert.deepEqual([shown.description, shown.status], ['Un grand trou', 'planned']);

    await page.goto(`${url}/operate/reports?category=tree`);
    await page.getByRole('button', { name: /Arbre/ }).first().waitFor();
    assert.equal(
      await page.getByRole('button', { name: /Trou dans la chaussée/ }).count(),
      0,
      'the link holds the filter',
    );
    await page.goto(`${url}/operate/reports?view=board`);
    await page.getByRole('region', { name: 'Signalements par état' }).waitFor();
    await checkPage(page);
    await page.goto(`${url}/operate/report-statistics`);
    await page.getByText('Par commune').first().waitFor();
    await checkPage(page);
  });
});
