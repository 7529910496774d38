import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from '@playwright/test';
import { onServer } from '../support/own-database.ts';
import { emptyPaths, followTo, launchBrowser } from '../support/pages.ts';
import { freePort, startPlatformProcess } from '../support/platform-process.ts';

/*
 * Every page of the portal of a new installation, on which nothing has been made so far. A page then teaches what comes
 * there: it has a form, a figure, or a sentence with its help. It has no error, and no table without rows.
 */

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 20_000;
/** A sentence; less is a title alone. */
const LEAST_LETTERS = 25;

test('every page of a new installation says what comes there', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
  const platform = await startPlatformProcess({
    ...{ DATA_DIR: dataDir, ...(await onServer(dataDir)), PORT: String(await freePort()), DEMO: 'off', MQTT_PORT: '0' },
  });
  const browser = await launchBrowser();
  t.after(async () => {
    await browser.close();
    await platform.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const context = await browser.newContext({ locale: 'fr-FR', reducedMotion: 'reduce', serviceWorkers: 'block' });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const seen: string[] = [];
  page.on('pageerror', ({ message }) => seen.push(message));
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    // An anonymous caller has no own keys, and a question may be about a type of which there is no entity.
    const isExpected = pathname === '/ops/access/me/keys' || pathname.startsWith('/ngsi-ld/v1/types/');
    if (response.status() >= 400 && !isExpected) seen.push(`${response.status()} ${response.url()}`);
  });
  const faults: string[] = [];
  await page.goto(platform.url);
  await page.locator('main h1').first().waitFor();
  for (const path of emptyPaths()) {
    await followTo(page, path);
    await page.locator('main h1').first().waitFor();
    const loading = page.locator('main [data-testid="loading"], main [aria-busy="true"]').first();
    await loading.waitFor({ state: 'detached' }).catch(() => seen.push('it still loads'));
    faults.push(...[...seen.splice(0), ...(await faultsOf(page))].map((fault) => `${path}: ${fault}`));
  }
  assert.deepEqual(faults, []);
});

async function faultsOf(page: Page): Promise<string[]> {
  const main = page.locator('main');
  const faults: string[] = [];
  if ((await main.locator('[data-testid="problem"]').count()) > 0) faults.push('a problem');
  for (const state of await main.locator('[data-testid="empty"]:visible').all()) {
    const text = ((await state.textContent()) ?? '').replaceAll(/\s+/g, ' ');
    if (text.length < LEAST_LETTERS) faults.push(`teaches nothing: ${text}`);
    if ((await state.getByRole('button').or(state.getByRole('link')).count()) === 0) faults.push(`no help: ${text}`);
  }
  for (const table of await main.locator('table:visible').all()) {
    const rows = await table.locator('tbody tr').count();
    if (rows === 0) faults.push(`a table without rows: ${await table.getAttribute('aria-label')}`);
  }
  return faults;
}
