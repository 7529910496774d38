import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Browser, Page } from '@playwright/test';
import { connectAsync, type MqttClient } from 'mqtt';
import { chirpstackUplink } from '../../../demo/devices/networks.ts';
import { containerFrame } from '../../../demo/devices/payloads.ts';
import { demoProduct } from '../support/demo-product.ts';
import { retrieve, sendUplink, territoryLink } from '../support/lamps.ts';
import { checkPage, choose, launchBrowser } from '../support/pages.ts';
import type { PlatformProcess } from '../support/platform-process.ts';
import { sendJson } from '../support/send-json.ts';

const CHROMIUM = process.env.CHROMIUM;
/** Long, because machines may be busy; benchmarks measure the latency. */
const SEEN_WITHIN_MS = 20_000;
const LAMP = 'urn:ngsi-ld:Streetlight:villerupt-001';
const CONTAINER = 'urn:ngsi-ld:WasteContainer:villerupt-01';

/** A zoom that shows single lamps: zoom, latitude, longitude. */
const VILLERUPT = '16.00/49.46972/5.93033';
const SCREENS = [
  { name: 'desktop', viewport: { width: 1440, height: 900 } },
  { name: 'phone', viewport: { width: 390, height: 844 } },
] as const;

describe('the pages, live', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let platform: PlatformProcess;
  let mqtt: MqttClient;
  let browser: Browser;

  before(async () => {
    platform = await demoProduct();
    mqtt = await connectAsync(platform.mqttUrl);
    browser = await launchBrowser();
    await eventually('every lamp', async () => (await countOf(platform.url, 'Streetlight')) >= 480, 60_000);
    await eventually(
      'the container',
      async () => (await retrieve(platform.url, CONTAINER))?.fillingLevel !== undefined,
      60_000,
    );
  });

  after(async () => {
    await browser?.close();
    await mqtt?.endAsync(true);
  });

  async function open(path: string, viewport: { width: number; height: number }, locale: string) {
    const context = await browser.newContext({ viewport, locale, reducedMotion: 'reduce', serviceWorkers: 'block' });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.goto(platform.url + path);
    return { context, page, faults };
  }

  test('portal: the whole top bar is visible, whatever the width of the window', async () => {
    const { context, page } = await open('/map', { width: 1920, height: 800 }, 'fr-FR');
    await page.getByTestId('account').waitFor();
    const verbs = page.locator('.top-bar a, .top-bar button');
    for (const width of [840, 1024, 1280, 1366, 1440, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      const ends = await verbs.evaluateAll((all) => all.map((verb) => verb.getBoundingClientRect().right));
      assert.ok(Math.max(...ends) <= width, `${width} wide: the top bar ends at ${Math.max(...ends)}`);
    }
    await context.close();
  });

  test('portal: on a phone nothing is cut in the bars, also with large text', async () => {
    const { context, page } = await open('/share/dashboards/lighting', SCREENS[1].viewport, 'fr-FR');
    await page.getByTestId('account').waitFor();
    await page.locator('.bar-menu').nth(1).waitFor();
    const texts = page.locator('.bar-menu span:visible, .phone-bar span');
    for (const fontSize of ['100%', '200%']) {
      await page.addStyleTag({ content: `html { font-size: ${fontSize} !important }` });
      const cut = await texts.evaluateAll((all) =>
        all.filter((text) => text.scrollWidth > text.clientWidth + 1).map((text) => text.textContent),
      );
      assert.deepEqual(cut, [], fontSize);
    }
    await context.close();
  });

  for (const { name, viewport } of SCREENS) {
    test(`portal, ${name}: "back" closes the panel of the map, however many entities were open in it`, async () => {
      const { context, page, faults } = await open('/map', viewport, 'fr-FR');
      for (const [text, id] of [
        ['VIL-001', LAMP],
        ['VIL-002', LAMP.replace('001', '002')],
      ] as const) {
        if (name === 'phone' && id !== LAMP) break; // a panel covers the list
        await searchFor(page, text);
        await page.getByTestId(`entity-${id}`).first().press('Enter');
        await page.getByTestId('entity-panel').filter({ hasText: text }).waitFor();
      }
      await page.goBack();
      await page.getByTestId('entity-panel').waitFor({ state: 'detached' });
      assert.equal(new URL(page.url()).pathname, '/map');
      assert.deepEqual(faults, []);
      await context.close();
    });
  }

  test('portal: the audit shows what an act changed, before and after', async () => {
    const path = '/ops/identity/organisations/Lumen';
    await sendJson(platform.url, 'PUT', path, { name: 'Lumen', kind: 'contractor' });
    await sendJson(platform.url, 'PUT', path, { name: 'Lumen SA', kind: 'contractor' });
    // Of a service that writes its own entries.
    const escalation = { title: 'Nuit', severity: 'high', steps: [{ to: 'group:nuit', channels: ['email'] }] };
    for (const enabled of [false, true])
      await sendJson(platform.url, 'PUT', '/alarms/escalations/nuit', { ...escalation, enabled });
    const { entries } = await sendJson<{ entries: { details: object }[] }>(
      platform.url,
      'GET',
      '/ops/audit?action=escalation.save&object=nuit',
    );
    assert.deepEqual(entries[0]?.details, { before: { enabled: false }, after: { enabled: true } });
    const { context, page, faults } = await open('/administer/audit', SCREENS[0].viewport, 'fr-FR');
    await page.getByRole('row', { name: /Lumen/ }).first().getByRole('button').press('Enter');
    const changes = page.getByTestId('audit-changes');
    assert.deepEqual(await changes.getByRole('row').nth(1).getByRole('cell').allTextContents(), ['Lumen', 'Lumen SA']);
    await checkPage(page);
    assert.deepEqual(faults, []);
    await context.close();
  });

  for (const { name, viewport } of SCREENS) {
    test(`portal, ${name}: a lamp changes with its uplink`, async () => {
      const { context, page, faults } = await open('/map', viewport, 'fr-FR');
      await searchFor(page, 'VIL-001');
      const row = page.getByTestId(`entity-${LAMP}`).first();
      await row.waitFor({ state: 'attached' });
      const { devEui } = await deviceOf(platform.url, LAMP);
      for (const [level, powerState] of [
        [1, 'on'],
        [0, 'off'],
        [0.5, 'low'],
      ] as const) {
        await sendUplink(mqtt, { devEui, asset: LAMP }, level);
        await page
          .locator(`[data-testid="entity-${LAMP}"][data-powerstate="${powerState}"]`)
          .first()
          .waitFor({ state: 'attached', timeout: SEEN_WITHIN_MS });
      }
      assert.deepEqual(faults, []);
      await context.close();
    });

    test(`app, ${name}: a container changes with its uplink`, async () => {
      const { context, page, faults } = await open('/app/near', viewport, 'fr-FR');
      await page.getByTestId('others').click();
      await page.getByTestId(`container-${CONTAINER}`).first().waitFor({ state: 'attached' });
      const { devEui, depth, offset } = await deviceOf(platform.url, CONTAINER);
      for (const filling of [0.9, 0.2]) {
        await sendContainer(mqtt, devEui, Math.round(depth - filling * (depth - offset)));
        await page
          .locator(`[data-testid="container-${CONTAINER}"][data-filling="${filling}"]`)
          .first()
          .waitFor({ state: 'attached', timeout: SEEN_WITHIN_MS });
      }
      assert.deepEqual(faults, []);
      await context.close();
    });
  }

  test('portal: the map’s equipment is selected for a command, two times are compared, and a layer of another type is created', async () => {
    const { context, page, faults } = await open(
      `/map?view=${VILLERUPT}&type=Streetlight`,
      SCREENS[0].viewport,
      'fr-FR',
    );
    await page.locator('[data-testid="map"][data-shows="points"]').waitFor({ state: 'attached' });
    await page.getByTestId('past-open').click();
    await page.getByTestId('moment-earlier').fill('-24');
    await page.getByTestId('past-count').getByText(/chang/).waitFor();
    await page.getByTestId('past-count').filter({ hasNotText: 'Chargement' }).waitFor();
    await page.getByTestId('past-earlier').click();
    await checkPage(page);
    await page.getByTestId('past-close').click();

    await page.getByTestId('lasso').click();
    const box = await page.getByTestId('map').boundingBox();
    assert.ok(box);
    const [left, top, width, height] = [box.x + 420, box.y + 80, box.width - 520, box.height - 160];
    await page.mouse.move(left, top);
    await page.mouse.down();
    for (const [x, y] of [
      [width, 0],
      [width, height],
      [0, height],
      [0, 0],
    ] as const)
      await page.mouse.move(left + x, top + y, { steps: 8 });
    await page.mouse.up();
    const chosen = page.getByTestId('selection').getByRole('status');
    await chosen.getByText(/^[1-9]\d* /).waitFor();
    const lassoed = Number.parseInt((await chosen.textContent()) ?? '', 10);
    await page.getByTestId('lasso').click();
    await page.getByTestId('choose-all').click();
    await eventually('all that the list shows is chosen', async () => {
      return Number.parseInt(((await chosen.textContent()) ?? '').replace(/\s/g, ''), 10) > lassoed;
    });
    await page.getByTestId('command-selection').click();
    await page
      .getByTestId('targets')
      .getByText(/\d+ points lumineux/)
      .waitFor();

    const parking = {
      id: 'urn:ngsi-ld:OffStreetParking:of-the-layer',
      type: 'OffStreetParking',
      availableSpotNumber: 7,
    };
    const written = await fetch(`${platform.url}/ngsi-ld/v1/entityOperations/upsert`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...territoryLink(platform.url) },
      body: JSON.stringify([parking]),
    });
    assert.ok(written.ok, await written.text());
    await page.goto(`${platform.url}/map`);
    await page.getByTestId('layers').click();
    await choose(page.getByTestId('layer-type').getByRole('combobox'), 'OffStreetParking');
    await choose(page.getByTestId('layer-attribute').getByRole('combobox'), 'availableSpotNumber');
    await checkPage(page);
    await page.getByTestId('layer-save').click();
    await page.getByTestId('type-OffStreetParking').waitFor();
    assert.deepEqual(faults, []);
    await context.close();
  });

  test('portal: a filter that follows a move of the map at once does not bring the map back', async () => {
    const { context, page } = await open(`/map?view=${VILLERUPT}`, SCREENS[0].viewport, 'fr-FR');
    await page.locator('[data-testid="map"][data-shows="points"]').waitFor({ state: 'attached' });
    const filter = page.getByTestId('type-Streetlight');
    await filter.waitFor();
    await page.getByTestId('map').hover({ position: { x: 900, y: 400 } });
    await page.mouse.wheel(0, 600);
    // Within the time after which the address has the new view.
    await filter.evaluate((chip) => (chip as unknown as { click(): void }).click());
    await eventually('the address has the filter and the new view', () => {
      const { searchParams } = new URL(page.url());
      return searchParams.get('type') === 'Streetlight' && searchParams.get('view') !== VILLERUPT;
    });
    await context.close();
  });

  test('an unknown address: axe finds nothing, and nothing is wider than the page', async () => {
    const { context, page } = await open('/nowhere', SCREENS[1].viewport, 'fr-FR');
    await page.getByTestId('not-found').waitFor();
    await checkPage(page);
    await context.close();
  });

  // The languages and screens that every-page.test.ts leaves out.
  for (const [path, locale, screen] of [
    ['/map', 'en-GB', 'desktop'],
    ['/map', 'de-DE', 'phone'],
    ['/map', 'lb-LU', 'desktop'],
    ['/app/near', 'fr-FR', 'desktop'],
    ['/app/near', 'en-GB', 'phone'],
  ] as const) {
    test(`${path} ${locale}, ${screen}: in its language, without axe violations`, async () => {
      const { viewport } = SCREENS.find(({ name }) => name === screen) as (typeof SCREENS)[number];
      const { context, page } = await open(path, viewport, locale);
      await ready(page, path);
      assert.equal(await page.locator('html').getAttribute('lang'), locale.slice(0, 2));
      await checkPage(page);
      await context.close();
    });
  }
});

async function ready(page: Page, path: string): Promise<void> {
  const first = path === '/map' ? '[data-testid^="entity-urn"]' : '[data-testid^="container-urn"]';
  await page.locator(first).first().waitFor({ state: 'attached' });
}

/** On a phone the list and the search are in a sheet. */
async function searchFor(page: Page, text: string): Promise<void> {
  await page.locator('[data-testid^="entity-urn"]').first().waitFor({ state: 'attached' });
  const search = page.locator('[data-testid="search"] input, input[data-testid="search"]').first();
  await search.fill(text);
}

let fCnt = 0;

async function sendContainer(mqtt: MqttClient, devEui: string, distance: number): Promise<void> {
  fCnt += 1;
  const frame = containerFrame({ filling: 0, battery: 80, temperature: 12, distance, tilted: false });
  const uplink = { ...frame, fCnt: 100_000_000 + fCnt, receptions: [], time: new Date() };
  const { topic, payload } = chirpstackUplink({ devEui, deviceId: `container-${devEui}` }, uplink);
  await mqtt.publishAsync(topic, payload, { qos: 1 });
}

async function deviceOf(url: string, asset: string): Promise<{ devEui: string; depth: number; offset: number }> {
  const response = await fetch(`${url}/iot/registry/devices?limit=1000`);
  const { devices } = (await response.json()) as {
    devices: { devEui: string; asset: string; settings?: { depth: number; offset: number } }[];
  };
  const device = devices.find((known) => known.asset === asset);
  if (!device) throw new Error(`no device for ${asset}`);
  return { devEui: device.devEui, depth: 0, offset: 0, ...device.settings };
}

async function countOf(url: string, type: string): Promise<number> {
  const query = `type=${type}&q=powerState&limit=1&count=true`;
  const response = await fetch(`${url}/ngsi-ld/v1/entities?${query}`, { headers: territoryLink(url) });
  return Number(response.headers.get('ngsild-results-count'));
}
