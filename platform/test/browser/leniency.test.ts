import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import { DEVIATIONS } from '../../../broker/src/model/leniency.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, choose, launchBrowser } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const { CHROMIUM, SCREENSHOTS } = process.env;
const PATIENCE_MS = 60_000;
const LANGUAGES = ['fr', 'de', 'lb', 'en'] as const;

describe('what clients deviate in, in a browser', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let page: Page;
  let url: string;

  const send = (path: string, method = 'GET', body?: object, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
  /** An agent that sends a parameter which the operation does not know. */
  const listTypes = () =>
    send('/ngsi-ld/v1/types?limit=5', 'GET', undefined, { 'ngsild-tenant': 'thil', 'user-agent': 'old-agent/1.2' });
  const setting = async () => (await send('/ops/tenants/thil/interop')).json();

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
      ACCESS: 'open',
    });
    assert.equal((await send('/ops/tenants', 'POST', { name: 'thil' })).status, 201);
    assert.equal((await send('/ops/tenants/thil/interop', 'PUT', { lenient: true, version: '2.0' })).status, 204);
    for (let times = 0; times < 3; times++) assert.equal((await listTypes()).status, 200);
    browser = await launchBrowser();
    const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', serviceWorkers: 'block' });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true });
  });

  test('the page shows the client, what it deviated in and how often', async () => {
    await page.goto(`${url}/administer/leniency`);
    await page.getByText('No client of this tenant needed leniency').waitFor();
    await choose(page.getByRole('combobox', { name: 'Tenant' }), 'thil');
    const row = page.getByRole('row').filter({ hasText: 'old-agent' });
    await row.waitFor();
    const cells = await row.getByRole('cell').allTextContents();
    const known = ['anonymous', 'old-agent', 'a URL parameter that the operation does not know', '3'];
    assert.deepEqual(cells.map((text) => text.trim()).slice(0, 4), known);
    assert.match(page.url(), /tenant=thil/);
    for (const [kind, viewport] of [
      ['phone', { width: 390, height: 844 }],
      ['desktop', { width: 1280, height: 800 }],
    ] as const) {
      await page.setViewportSize(viewport);
      if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `leniency-${kind}.png`), fullPage: true });
      await checkPage(page);
    }
  });

  test('switched off there, the deviation is refused, and the other settings of the tenant stay', async () => {
    await choose(page.getByRole('combobox', { name: 'Deviations of older clients' }), 'refused');
    await page.getByTestId('said').waitFor();
    assert.deepEqual(await setting(), { lenient: false, version: '2.0' });
    assert.equal((await listTypes()).status, 400);
  });

  test('what was counted is forgotten after a confirmation', async () => {
    await page.getByTestId('forget').click();
    await page.getByTestId('sure').click();
    await page.getByText('No client of this tenant needed leniency').waitFor();
    assert.deepEqual(await (await send('/ops/tenants/thil/interop/uses')).json(), []);
  });

  test('the form of the tenant keeps the version of the API', async () => {
    await page.goto(`${url}/administer/tenants?open=thil`);
    await choose(page.getByRole('combobox', { name: 'Deviations of older clients' }), 'as the server is set');
    await page.getByTestId('save').click();
    await page.getByTestId('said').waitFor();
    assert.deepEqual(await setting(), { version: '2.0' });
  });

  test('each deviation has words in each language', async () => {
    for (const language of LANGUAGES) {
      const { leniency } = await import(`../../../portal/src/features/administer/leniency/messages/${language}.ts`);
      assert.deepEqual(Object.keys(leniency.deviations), [...DEVIATIONS], language);
    }
  });
});
