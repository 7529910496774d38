import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Browser, Page } from '@playwright/test';
import { pino } from 'pino';
import { freePort } from '../../../scripts/programs.ts';
import { readConfig } from '../../src/config.ts';
import { type Platform, startPlatform } from '../../src/platform.ts';
import { productServices } from '../../src/services.ts';
import { territoryLink } from '../support/lamps.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, launchBrowser, tabTo } from '../support/pages.ts';
import { sendJson } from '../support/send-json.ts';

const { CHROMIUM, SCREENSHOTS } = process.env;
const SCREENS = [
  { name: 'phone', viewport: { width: 390, height: 844 } },
  { name: 'desktop', viewport: { width: 1440, height: 1000 } },
];
const WAITS_MS = 60_000;
/** Only the services that are needed; the test creates the meters. */
const NEEDED = ['energy'];
const HOUR = 3_600_000;
const NIGHTS = 30;
const LEAK_DAYS = 6;
const isDay = (at: number) => (at / HOUR) % 24 >= 7 && (at / HOUR) % 24 < 17;
const BUILDING = 'urn:ngsi-ld:Building:energy-school';

describe('energy and water of buildings', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string;
  let platform: Platform;
  let url: string;
  let browser: Browser;
  const faults: string[] = [];

  const send = (path: string, method: string, body: object) => sendJson(url, method, path, body, territoryLink(url));

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const [port, mqttPort] = [await freePort(), await freePort()];
    url = `http://localhost:${port}`;
    const config = readConfig({
      ...{
        DATA_DIR: dataDir,
        ...(await onServer(dataDir)),
        PORT: String(port),
        MQTT_PORT: String(mqttPort),
        PUBLIC_URL: url,
        DEMO: 'off',
      },
    });
    const services = productServices(config).filter(({ name }) => NEEDED.includes(name));
    platform = await startPlatform(config, { logger: pino({ level: process.env.TEST_LOG ?? 'silent' }), services });
    await putBuilding();
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await platform?.close();
    await rm(dataDir, { recursive: true });
  });

  /** A school with a water meter that has been leaking for some days, and an electricity meter. */
  async function putBuilding(): Promise<void> {
    const meter = (kind: string, name: string) => ({
      id: `urn:ngsi-ld:SmartMeteringObservation:energy-school-${kind}`,
      type: 'SmartMeteringObservation',
      ...{ scope: '/Thil', name, meterType: kind },
      refBuilding: { type: 'Relationship', object: BUILDING },
    });
    await send('/ngsi-ld/v1/entityOperations/upsert', 'POST', [
      {
        ...{ id: BUILDING, type: 'Building', scope: '/Thil', name: 'École de Thil', category: ['school'] },
        ...{ address: { addressLocality: 'Thil' }, floorArea: 1000 },
      },
      meter('water', 'Eau de l’école'),
      meter('electricity', 'Électricité de l’école'),
    ]);
    const end = Math.floor(Date.now() / HOUR) * HOUR;
    const hours = Array.from({ length: NIGHTS * 24 }, (_, n) => end - (NIGHTS * 24 - 1 - n) * HOUR);
    for (const [kind, used] of [
      ['water', (at: number) => (isDay(at) ? 0.2 : 0) + (at >= end - LEAK_DAYS * 24 * HOUR ? 0.06 : 0)],
      ['electricity', (at: number) => (isDay(at) ? 6 : 0.8)],
    ] as const) {
      let total = 100;
      const totalConsumption = hours.map((at) => {
        total += used(at);
        return { type: 'Property', value: Math.round(total * 1000) / 1000, observedAt: new Date(at).toISOString() };
      });
      const id = `urn:ngsi-ld:SmartMeteringObservation:energy-school-${kind}`;
      await send('/ngsi-ld/v1/temporal/entities', 'POST', { id, type: 'SmartMeteringObservation', totalConsumption });
    }
  }

  async function pageIn(locale: string): Promise<Page> {
    const context = await browser.newContext({
      ...{ locale, timezoneId: 'Europe/Paris', reducedMotion: 'reduce', serviceWorkers: 'block' },
    });
    context.setDefaultTimeout(WAITS_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    return page;
  }

  async function look(page: Page, name: string): Promise<void> {
    for (const { name: screen, viewport } of SCREENS) {
      await page.setViewportSize(viewport);
      await page.waitForTimeout(300); // charts adapt to their size
      if (SCREENSHOTS) {
        await page.screenshot({ path: join(SCREENSHOTS, `energy-${name}-${screen}.png`), fullPage: true });
      }
      await checkPage(page);
    }
    assert.deepEqual(faults, []);
  }

  test('show leaks and their costs, in French and English, by keyboard', async () => {
    await eventually('the leak is worked out', async () => {
      await fetch(`${url}/ops/jobs/energy.meters/run`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      const answer = await fetch(`${url}/energy/buildings`);
      const { buildings } = (await answer.json()) as { buildings: { id: string; leak?: object }[] };
      return buildings.some(({ id, leak }) => id === BUILDING && leak !== undefined);
    });
    const french = await pageIn('fr-FR');
    await french.goto(`${url}/cockpits/energy`);
    await french
      .getByTestId('buildings')
      .getByText(/Fuite : \d+ l\/h depuis le/)
      .first()
      .waitFor();
    await look(french, 'buildings-fr');
    await french.goto(`${url}/cockpits/energy/${encodeURIComponent(BUILDING)}`);
    await french.getByTestId('meter').first().waitFor();
    const budget = french.getByLabel('Budget de l’année (€)');
    await budget.focus();
    await french.keyboard.press('Control+A');
    await french.keyboard.type('42000');
    await french.getByTestId('keep-budget').focus();
    await french.keyboard.press('Enter');
    await french
      .getByTestId('budget')
      .getByText(/Budget : 42\s000 €/)
      .waitFor();
    await look(french, 'building-fr');
    const english = await pageIn('en-GB');
    await english.goto(`${url}/cockpits/energy`);
    await english.getByTestId('buildings').getByText('École de Thil').first().waitFor();
    await look(english, 'buildings-en');
    await english.setViewportSize({ width: 1440, height: 1000 });
    await tabTo(english, english.getByTestId('buildings').getByRole('button', { name: /^Open École de Thil/ }));
    await english.keyboard.press('Enter');
    await english.waitForURL(/\/cockpits\/energy\/urn/);
    await english.getByTestId('meter').first().waitFor();
    await look(english, 'building-en');
  });
});
