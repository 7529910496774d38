import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Browser, Page } from '@playwright/test';
import { connectAsync, type MqttClient } from 'mqtt';
import { chirpstackUplink, ttnUplink } from '../../../demo/devices/networks.ts';
import { retrieve } from '../support/lamps.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, followRail, launchBrowser } from '../support/pages.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;

/** A vendor's codec, pasted by the user: distance in centimetres in two bytes, temperature in tenths. */
const CODEC = `function decodeUplink(input) {
  var b = input.bytes;
  return { data: { filling: 1 - ((b[0] << 8) | b[1]) / 100, temp: b[2] / 10 } };
}`;

const SCREENS = [
  { name: 'desktop', viewport: { width: 1440, height: 900 }, locale: 'fr-FR', send: ttnUplink },
  { name: 'phone', viewport: { width: 390, height: 844 }, locale: 'en-GB', send: chirpstackUplink },
] as const;

describe('an unknown device', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let mqtt: MqttClient;
  let browser: Browser;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    platform = await startPlatformProcess({ DATA_DIR: dataDir, ...(await onServer(dataDir)), DEMO: 'off' });
    mqtt = await connectAsync(platform.mqttUrl);
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await mqtt?.endAsync(true);
    await platform?.stop();
    await rm(dataDir, { recursive: true });
  });

  for (const { name, viewport, locale, send } of SCREENS) {
    test(`becomes an entity on the page, ${name} ${locale}`, async (t) => {
      const devEui = randomBytes(8).toString('hex');
      let fCnt = 0;
      const uplink = async (bytes: readonly number[]): Promise<void> => {
        fCnt += 1;
        const frame = { payload: Buffer.from(bytes), fPort: 2, fCnt, receptions: [], time: new Date() };
        const { topic, payload } = send({ devEui, deviceId: `new-${devEui}` }, frame);
        await mqtt.publishAsync(topic, payload, { qos: 1 });
      };
      const context = await browser.newContext({ viewport, locale, reducedMotion: 'reduce', serviceWorkers: 'block' });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(message.text());
      });
      await page.goto(platform.url);
      const start = performance.now();
      await followRail(page, 'onboarding');
      const listening = new URL(platform.mqttUrl);
      const address = (await page.getByTestId('mqtt-address').textContent())?.replace(/\s+/g, ' ').trim();
      const words = name === 'phone' ? ['host', 'without TLS'] : ['hôte', 'sans TLS'];
      assert.equal(address, `${words[0]} ${listening.hostname} · port ${listening.port} · ${words[1]}`);
      await pick(page, 'network-server', name === 'phone' ? 'ChirpStack v4' : 'The Things Stack v3');
      await uplink([0, 40, 125]);
      await page.getByTestId(`pending-${devEui}`).click({ timeout: 60_000 });
      // There is no codec for the payload yet, and the page says so.
      await page.getByTestId('frame-0').getByRole('alert').waitFor({ timeout: 60_000 });

      await page.getByTestId('codec').fill('function decodeUplink() { return nothing }');
      await page.getByText(/not defined/).waitFor({ timeout: 60_000 });
      await page.getByTestId('codec').fill(CODEC);
      await page.getByTestId('decoded').first().getByText('12.5').waitFor({ timeout: 60_000 });
      await page.getByTestId('position').locator('input').fill('nowhere');
      assert.equal(await page.getByTestId('save').isDisabled(), true);
      await page.getByTestId('position').locator('input').fill('49.4680, 5.9310');
      await page.getByTestId('label').locator('input').fill('Rue Carnot');
      const shown = page.getByTestId('entity-WasteContainer').first();
      for (const text of ['fillingLevel', '0.6', 'temperature', '12.5 CEL', 'Rue Carnot']) {
        await shown.getByText(text).first().waitFor({ timeout: 60_000 });
      }
      await checkPage(page);
      await page.getByTestId('save').click();
      await page.getByTestId('saved').waitFor({ timeout: 60_000 });
      t.diagnostic(`from the first click to the saved device: ${Math.round(performance.now() - start)} ms`);

      const id = `urn:ngsi-ld:WasteContainer:${devEui}`;
      const level = async () => (await retrieve(platform.url, id))?.fillingLevel;
      await eventually('the waiting frame is stored', async () => (await level()) === 0.6, 60_000);
      await uplink([0, 10, 130]);
      await eventually('the next uplink is stored', async () => (await level()) === 0.9, 60_000);
      await page.getByRole('link', { name: /^(Show on the map|Voir sur la carte)$/ }).click();
      await page.getByTestId('entity-panel').getByText('Rue Carnot').first().waitFor({ timeout: 60_000 });
      assert.deepEqual(faults, []);
      await context.close();
    });
  }

  test('external data are declared, tested and imported on the page of sources', async (t) => {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      const at = '2026-01-15T18:00:00Z';
      response.end(
        JSON.stringify({
          list: [
            { id: 'a', no2: 21.5, at },
            { id: 'b', no2: 18, at: 'yesterday' },
          ],
        }),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    // Listening on TCP.
    const { port } = server.address() as AddressInfo;
    const context = await browser.newContext({
      viewport: SCREENS[0].viewport,
      locale: 'fr-FR',
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    await page.goto(`${platform.url}/devices/new`);
    await page.getByTestId('sources').click();
    await page.getByText('Rien n’est encore lu ailleurs.').waitFor();
    for (const [name, value] of [
      ['source-name', 'Qualité de l’air'],
      ['source-id', 'air'],
      ['source-url', `http://127.0.0.1:${port}/measures`],
      ['source-items', '/list'],
      ['source-type', 'AirQualityObserved'],
      ['source-id-field', 'id'],
      ['source-time', 'at'],
    ] as const) {
      await page.getByTestId(name).locator('input').last().fill(value);
    }
    await page.getByTestId('attribute-add').click();
    await page.getByTestId('attribute-field').locator('input').fill('no2');
    await page.getByTestId('attribute-name').locator('input').last().fill('no2');
    await page.getByTestId('attribute-unit').locator('input').last().fill('µg');
    await page.getByRole('option', { name: 'µg/m³', exact: true }).click();
    await page.getByTestId('source-try').click();
    await page.getByTestId('source-preview').getByRole('row').filter({ hasText: '21,5 µg/m³' }).waitFor();
    await page.getByTestId('source-save').click();
    await page.getByTestId('source-saved').waitFor();
    const row = page.getByTestId('source-air');
    await row.getByTestId('run').click();
    await row.getByText('Lus : 2 · nouveaux : 1 · connus : 0 · rejetés : 1').waitFor();
    await row.getByTestId('rejected').locator('summary').click();
    await row
      .getByText(/yesterday/)
      .first()
      .waitFor();
    await page.getByTestId('account').click();
    await page.getByTestId('language-en').click();
    await page.keyboard.press('Escape');
    await row.getByText('With rejects').waitFor();
    for (const { name, viewport } of SCREENS) {
      await page.setViewportSize(viewport);
      await checkPage(page);
      if (process.env.SCREENSHOTS) {
        await page.screenshot({ path: join(process.env.SCREENSHOTS, `sources-${name}.png`), fullPage: true });
      }
    }

    // A file of an office program, by clicks on its columns.
    await page.setViewportSize(SCREENS[0].viewport);
    await pick(page, 'source-kind', 'File sent by hand');
    await page.getByTestId('source-name').locator('input').fill('Compteurs');
    const csv = Buffer.from('Compteur;Index (m³);Quartier\nc1;1 234,5;Cité\nc2;7;Été\nc3;n/a;Été\n', 'latin1');
    await page
      .getByTestId('source-file')
      .locator('input[type=file]')
      .setInputFiles({ name: 'compteurs.csv', mimeType: 'text/csv', buffer: csv });
    await page.getByTestId('source-look').click();
    for (const [column, use] of [
      ['Compteur', 'id'],
      ['Index (m³)', 'attribute'],
      ['Quartier', 'attribute'],
    ] as const) {
      await page.getByTestId(`column-${column}`).click();
      await page.getByTestId(`use-${use}`).click();
      await page.getByTestId(`use-${use}`).waitFor({ state: 'hidden' });
    }
    await page.getByTestId('source-type').locator('input').last().fill('WaterConsumptionObserved');
    const index = page.getByTestId('attribute-0');
    await index.getByTestId('attribute-name').locator('input').last().fill('waterConsumption');
    await index.getByText('m³', { exact: true }).waitFor(); // of the name of the column
    await page.getByTestId('attribute-1').getByTestId('attribute-name').locator('input').last().fill('district');
    await checkPage(page);
    await page.getByTestId('source-save').click();
    const meters = page.getByTestId('source-compteurs');
    await meters.getByText('3 read · 2 new · 0 known · 1 rejected').waitFor();
    await meters.getByTestId('rejected').locator('summary').click();
    await meters.getByText(/n\/a/).first().waitFor();
    await context.close();
  });
});

/** Chooses in a select box, as a person does. */
async function pick(page: Page, testId: string, choice: string): Promise<void> {
  await page.getByTestId(testId).click();
  await page.getByRole('option', { name: choice, exact: true }).click();
}
