import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import sharp from 'sharp';
import { territoryLink } from '../support/lamps.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, choose, launchWholeBrowser, openPage } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { sendJson } from '../support/send-json.ts';

const CHROMIUM = process.env.CHROMIUM;
/** A folder for screenshots, to inspect the pages. */
const { SCREENSHOTS } = process.env;
const PATIENCE_MS = 60_000;
const LAMP = 'urn:ngsi-ld:Streetlight:carnot-1';

/** Whether the page has cached an order. A string, because it runs in the browser. */
const KEPT = `(id) => new Promise((resolve) => {
  const opening = indexedDB.open('alzette-work-orders');
  opening.onerror = () => resolve(false);
  opening.onsuccess = () => {
    const db = opening.result;
    const asked = db.transaction('kept').objectStore('kept').get(id);
    asked.onsuccess = () => { db.close(); resolve(asked.result !== undefined); };
    asked.onerror = () => { db.close(); resolve(false); };
  };
})`;

const png = () =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: '#2a6f97' } })
    .png()
    .toBuffer();

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
    platform = await startPlatformProcess({
      DATA_DIR: dataDir,
      ...(await onServer(dataDir)),
      PORT: String(port),
      DEMO: 'off',
      MQTT_PORT: '0',
    });
    const observedAt = new Date().toISOString();
    await sendJson(
      url,
      'POST',
      '/ngsi-ld/v1/entities',
      {
        id: LAMP,
        type: 'Streetlight',
        name: { type: 'Property', value: 'CAR-1' },
        powerConsumption: { type: 'Property', value: 30, observedAt },
        illuminanceLevel: { type: 'Property', value: 0.5, observedAt },
      },
      territoryLink(url),
    );
    const text = 'Lampe éteinte de nuit : CAR-1';
    await post('/alarms', { severity: 'high', category: 'lighting', text, about: [LAMP] });
    browser = await launchWholeBrowser();
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

  test('an alarm is opened, acknowledged, turned into a work order, done and closed', async () => {
    await page.goto(`${url}/operations/alarms`);
    const alarm = page.getByRole('button', { name: 'Lampe éteinte de nuit : CAR-1' });
    await alarm.click();
    await page.getByTestId('drawer').waitFor();
    await page.goBack();
    await page.getByTestId('drawer').waitFor({ state: 'detached' });
    await alarm.click();
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

  test('alarms are found, reached and acknowledged by the keyboard, and a slip is taken back', async () => {
    for (const n of [1, 2, 3, 4, 5, 6, 7]) {
      await post('/alarms', { severity: 'low', category: 'water', text: `Fuite n° ${n} à Rédange` });
    }
    await openPage(page, `${url}/operations/alarms`);
    const table = page.getByTestId('table-alarms');
    const row = (n: number) => table.getByRole('button', { name: `Ouvrir Fuite n° ${n} à Rédange` });
    await row(7).waitFor();
    const find = table.getByTestId('find-alarms');
    await find.fill('redange 3');
    await row(7).waitFor({ state: 'detached' });
    await row(3).waitFor();
    await table.getByText('1 sur 7').waitFor();
    await page.waitForURL(/find=redange/);
    await find.fill('');
    await table.getByRole('columnheader', { name: 'Quoi' }).click(); // by name, so that the order is known
    await page.waitForURL(/sort=what/);

    assert.equal(await table.locator('tbody [tabindex="0"]').count(), 1, 'the table is one stop');
    await row(1).focus();
    await page.keyboard.press('j');
    await table.locator('button:focus').filter({ hasText: 'Fuite n° 2' }).waitFor();
    await page.keyboard.press('x');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('x');
    await page.keyboard.press('k');
    await table.locator('button:focus').filter({ hasText: 'Fuite n° 2' }).waitFor();
    await checkPage(page);
    await page.keyboard.press('a');
    const undo = page.getByTestId('undo');
    await undo.getByText('2 alarmes acquittées').waitFor();
    const acknowledged = table.getByRole('row').filter({ hasText: 'Acquittée' });
    await acknowledged.nth(1).waitFor();
    assert.match(await acknowledged.allInnerTexts().then(String), /n° 2 .*n° 3 /s);
    await checkPage(page);
    await undo.getByTestId('take-back').click();
    await undo.getByText('Annulé.').waitFor();
    await acknowledged.first().waitFor({ state: 'detached' });
  });

  test('a rule is written by a form, tried on the past and turned on', async () => {
    await openPage(page, `${url}/automate/rules`);
    await page.getByTestId('new-rule').click();
    await page.getByTestId('rule-name').getByRole('textbox').fill('Lampe gourmande');
    await choose(page.getByTestId('rule-type').getByRole('combobox'), 'Point lumineux');
    await choose(page.getByTestId('row-attribute').getByRole('combobox'), 'Niveau de lumière');
    await page.getByTestId('row-value').getByRole('textbox').fill('95');
    await page.getByTestId('save-rule').click();
    await page.getByRole('alert').filter({ hasText: 'Valeur : Le nombre doit être entre 0 et 1.' }).waitFor();
    await choose(page.getByTestId('row-attribute').getByRole('combobox'), 'Consommation');
    // Escape closes the list, and not the drawer with what was entered.
    await page.getByTestId('row-operator').getByRole('combobox').last().press('ArrowDown');
    await page.getByRole('option', { name: 'dépasse' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('row-value').getByRole('textbox').fill('90');
    await page.getByText('Une alarme se lève quand : Consommation > 90 pendant 10 min.').waitFor();
    await checkPage(page);
    await page.getByTestId('run-backtest').click();
    await page.getByTestId('backtest-result').filter({ hasText: 'sur 1 entités' }).waitFor();
    await page.getByTestId('save-rule').click();
    await page.getByTestId('rule-says').filter({ hasText: 'Consommation > 90' }).waitFor();
    const isOn = page.getByLabel('La règle lève des alarmes');
    assert.equal(await isOn.isChecked(), false, 'a new rule is off');
    await isOn.click();
    await page
      .getByRole('row', { name: /Lampe gourmande/ })
      .filter({ hasText: 'Active' })
      .waitFor();
    const { rules } = (await (await fetch(`${url}/rules`)).json()) as { rules: { isEnabled: boolean; rule: object }[] };
    assert.deepEqual(
      rules.map(({ isEnabled, rule }) => [isEnabled, 'when' in rule && rule.when]),
      [[true, { attr: 'powerConsumption', op: '>', value: 90 }]],
    );
  });

  test('a work order is made by hand', async () => {
    await openPage(page, `${url}/operations/work-orders`);
    await page.getByTestId('new-order').click();
    await page.getByTestId('order-name').getByRole('textbox').fill('Élaguer devant la lampe');
    await page.getByTestId('order-assets').getByRole('combobox').last().fill('CAR-1');
    await page.getByRole('option', { name: 'CAR-1', exact: true }).click();
    await page.keyboard.press('Escape');
    await page.getByTestId('order-made').click();
    await page.getByTestId('order-status').filter({ hasText: 'Ouvert' }).waitFor();
    await page.getByTestId('drawer').getByRole('link', { name: 'CAR-1', exact: true }).waitFor();
    await checkPage(page);
    // The focus is among the next acts after each of them.
    await page.getByTestId('act-start').press('Enter');
    await page.locator('[data-testid="act-complete"]:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[data-testid="act-close"]:focus').waitFor();
  });

  test('actions of a technician without network are stored on the phone, and sent when there is a network again', async () => {
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

  test('the page of work orders opens without network, and sends the acts when there is one again', async () => {
    const id = 'urn:ngsi-ld:WorkOrder:7d1c8f0e-6a35-4d0c-9d53-0f1b7c2f9a11';
    await post('/work-orders', {
      id,
      name: 'Redresser le mât',
      checklist: [{ id: 'off', label: 'Couper le courant' }],
    });
    const phone = await browser.newContext({
      locale: 'fr-FR',
      viewport: { width: 390, height: 844 },
      reducedMotion: 'reduce',
    });
    const open = async (path: string): Promise<Page> => {
      const opened = await phone.newPage();
      opened.setDefaultTimeout(PATIENCE_MS);
      await opened.goto(url + path);
      return opened;
    };
    const list = '/operations/work-orders';
    const there = await open(list);
    await there.getByText('Redresser le mât').waitFor();
    await there.evaluate('navigator.serviceWorker.ready.then(() => true)');
    // Cached in advance, although it was not opened.
    await there.waitForFunction(KEPT, id);
    await there.close();

    await phone.setOffline(true);
    const offline = await open(`${list}?order=${encodeURIComponent(id)}`);
    await offline.getByTestId('as-seen').waitFor({ state: 'attached' });
    await offline.getByTestId('order-status').filter({ hasText: 'Ouvert' }).waitFor();
    await offline.getByLabel('Couper le courant').check();
    await offline
      .getByTestId('photo-file')
      .setInputFiles({ name: 'mast.png', mimeType: 'image/png', buffer: await png() });
    await offline.getByRole('img', { name: 'Photo 1, pas encore envoyée' }).waitFor();
    await offline.getByTestId('act-start').click();
    await offline.getByTestId('waiting-acts').filter({ hasText: '3 actes attendent le réseau' }).waitFor();
    await checkPage(offline);
    if (SCREENSHOTS) await offline.screenshot({ path: join(SCREENSHOTS, 'work-order-cold-phone.png') });
    await offline.close();
    assert.deepEqual(await journal(id), ['create']);

    const again = await open(list);
    await again.getByTestId('all-waiting').filter({ hasText: '3 actes attendent le réseau' }).waitFor();
    await phone.setOffline(false);
    await again.getByTestId('all-waiting').waitFor({ state: 'detached' });
    await again.getByTestId('as-seen').waitFor({ state: 'detached' });
    assert.deepEqual(await journal(id), ['create', 'check', 'photo', 'start']);
    await again.getByText('Redresser le mât').click();
    const sent = again.getByRole('img', { name: 'Photo 1', exact: true });
    await sent.waitFor();
    const photo = await fetch(new URL((await sent.getAttribute('src')) ?? '', url));
    assert.equal(photo.status, 200);
    assert.match(photo.headers.get('content-type') ?? '', /^image\//);
    await phone.close();
  });

  test('a photo that is attached to a lamp is shown, and gone once it is removed', async () => {
    await openPage(page, `${url}/e/${encodeURIComponent(LAMP)}`);
    const attachments = page.getByTestId('attachments');
    await attachments
      .getByTestId('attach-file')
      .setInputFiles({ name: 'plaque.png', mimeType: 'image/png', buffer: await png() });
    const shown = attachments.getByRole('img', { name: 'plaque.png' });
    await shown.waitFor();
    const photo = new URL((await shown.getAttribute('src')) ?? '', url);
    assert.equal((await fetch(photo)).status, 200);
    await attachments.getByRole('button', { name: 'plaque.png' }).click();
    await shown.waitFor({ state: 'detached' });
    assert.equal((await fetch(photo)).status, 404);
  });

  async function journal(id: string): Promise<string[]> {
    const answer = await fetch(`${url}/work-orders/${encodeURIComponent(id)}`);
    return ((await answer.json()) as { journal: { act: string }[] }).journal.map(({ act }) => act);
  }
});
