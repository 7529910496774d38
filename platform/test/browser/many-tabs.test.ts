import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { onServer } from '../support/own-database.ts';
import { launchBrowser } from '../support/pages.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { sendJson } from '../support/send-json.ts';

/** More tabs than connections that a browser opens to a server over HTTP/1.1. */
const PATHS = [
  '/',
  '/map',
  '/operations/alarms',
  '/operations/work-orders',
  '/share/dashboards',
  '/automate/rules',
  '/connect/devices',
  '/cockpits/waste',
];
const PATIENCE_MS = 90_000;
/** Two heartbeats and a moment to draw, with room for a busy machine. */
const NOTICED_WITHIN_MS = 15_000;
const { CHROMIUM } = process.env;

describe('many tabs', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let context: BrowserContext;
  const tabs: Page[] = [];

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-tabs-'));
    platform = await startPlatformProcess({
      DATA_DIR: dataDir,
      ...(await onServer(dataDir)),
      DEMO: 'off',
      MQTT_PORT: '0',
    });
    browser = await launchBrowser();
    context = await browser.newContext({ locale: 'fr-FR', reducedMotion: 'reduce', serviceWorkers: 'block' });
    context.setDefaultTimeout(PATIENCE_MS);
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true });
  });

  const raise = async (id: string) => {
    const alarm = { id, type: 'Alert', severity: 'high', status: 'active', description: 'Une lampe est en panne' };
    const context = `${platform.url}/contexts/Alert/v2.jsonld`;
    await sendJson(platform.url, 'POST', '/ngsi-ld/v1/entities', { '@context': context, ...alarm });
  };
  const allAre = (state: string) =>
    Promise.all(tabs.map((tab) => tab.locator(`[data-testid="connection"][data-connection="${state}"]`).waitFor()));
  const allKnow = (alarms: number) =>
    Promise.all(tabs.map((tab) => tab.getByTestId('bell-count').getByText(String(alarms), { exact: true }).waitFor()));

  test('eight tabs over HTTP/1.1 all load, are live, and learn of an alarm', async () => {
    for (const path of PATHS) {
      const tab = await context.newPage();
      tabs.push(tab);
      await tab.goto(platform.url + path);
      await tab.locator('main h1').waitFor();
    }
    await allAre('live');
    await raise('urn:ngsi-ld:Alert:first');
    await allKnow(1);
  });

  test('each tab says within seconds that a hung server is not live, and catches up by itself', async () => {
    process.kill(platform.pid, 'SIGSTOP');
    const stoppedAt = performance.now();
    await allAre('reconnecting');
    const noticedMs = performance.now() - stoppedAt;
    process.kill(platform.pid, 'SIGCONT');
    assert.ok(noticedMs < NOTICED_WITHIN_MS, `noticed after ${Math.round(noticedMs)} ms`);
    await raise('urn:ngsi-ld:Alert:second');
    await allAre('live');
    await allKnow(2);
  });
});
