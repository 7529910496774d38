import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import { checkPage, launchBrowser } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;
/** Where pictures of the pages go, for who wants to look. */
const { SCREENSHOTS } = process.env;
const PATIENCE_MS = 60_000;
const LAMP = 'urn:ngsi-ld:Streetlight:carnot-1';

describe('alarms and work orders, in a browser', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let page: Page;
  let url: string;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const port = await freePort();
    url = `http://localhost:${port}`;
    platform = await startPlatformProcess({ DATA_DIR: dataDir, PORT: String(port), DEMO: 'off', MQTT_PORT: '0' });
    await post('/ngsi-ld/v1/entities', { id: LAMP, type: 'Streetlight' });
    const text = 'Lampe éteinte de nuit : CAR-1';
    await post('/alarms', { severity: 'high', category: 'lighting', text, about: [LAMP] });
    browser = await launchBrowser();
    const context = await browser.newContext({
      locale: 'fr-FR',
      viewport: { width: 1440, height: 900 },
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

  async function post(path: string, body: object): Promise<void> {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 201, await response.text());
  }

  test('an alarm is opened, acknowledged, made a work order of, done and closed', async () => {
    await page.goto(`${url}/operations/alarms`);
    await page.getByRole('button', { name: 'Lampe éteinte de nuit : CAR-1' }).click();
    const status = page.getByTestId('alarm-status');
    await status.filter({ hasText: 'Active' }).waitFor();
    await checkPage(page);
    await page.getByTestId('act-acknowledge').click();
    await status.filter({ hasText: 'Acquittée' }).waitFor();

    await page.getByTestId('make-order').click();
    await page.getByTestId('order-made').click();
    await page.getByRole('link', { name: 'Ouvrir l’ordre de travail' }).click();
    const order = page.getByTestId('order-status');
    await order.filter({ hasText: 'Ouvert' }).waitFor();
    await checkPage(page);
    await page.getByTestId('act-start').click();
    await order.filter({ hasText: 'En cours' }).waitFor();
    await page.getByTestId('act-complete').click();
    await order.filter({ hasText: 'Terminé' }).waitFor();
    await page.getByTestId('act-close').click();
    await order.filter({ hasText: 'Clos' }).waitFor();

    await page.getByRole('link', { name: 'Alarmes à l’origine' }).click();
    await page.getByTestId('act-close').click();
    await status.filter({ hasText: 'Close' }).waitFor();
    await page.getByText('Aucune alarme').waitFor();
  });

  test('what a technician does without a network is on the phone, and at the server once there is one', async () => {
    const id = 'urn:ngsi-ld:WorkOrder:2b0c1f6e-33d5-4b44-9d0b-6a5d3a8e1f10';
    await post('/work-orders', {
      id,
      name: 'Changer la lampe',
      checklist: [{ id: 'off', label: 'Couper le courant' }],
    });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${url}/operations/work-orders?order=${encodeURIComponent(id)}`);
    const status = page.getByTestId('order-status');
    await status.filter({ hasText: 'Ouvert' }).waitFor();
    await page.context().setOffline(true);
    const step = page.getByLabel('Couper le courant');
    await step.check();
    await page.getByTestId('waiting-acts').filter({ hasText: '1 acte attend le réseau' }).waitFor();
    await page.getByTestId('act-start').click();
    await page.getByTestId('waiting-acts').filter({ hasText: '2 actes attendent le réseau' }).waitFor();
    assert.ok(await step.isChecked());
    await status.filter({ hasText: 'En cours' }).waitFor();
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, 'work-order-offline-phone.png') });
    assert.deepEqual(await journal(id), ['create']);
    await page.context().setOffline(false);
    await status.filter({ hasText: 'En cours' }).waitFor();
    await page.getByTestId('waiting-acts').waitFor({ state: 'detached' });
    assert.deepEqual(await journal(id), ['create', 'check', 'start']);
    await checkPage(page);
  });

  async function journal(id: string): Promise<string[]> {
    const answer = await fetch(`${url}/work-orders/${encodeURIComponent(id)}`);
    return ((await answer.json()) as { journal: { act: string }[] }).journal.map(({ act }) => act);
  }
});
