import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import { onServer } from '../support/own-database.ts';
import { launchBrowser } from '../support/pages.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const PATIENCE_MS = 60_000;
const { CHROMIUM } = process.env;

describe('what is typed', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let page: Page;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-drafts-'));
    platform = await startPlatformProcess({
      DATA_DIR: dataDir,
      ...(await onServer(dataDir)),
      DEMO: 'off',
      MQTT_PORT: '0',
    });
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

  for (const { form, path, begin, field } of [
    { form: 'the form of a rule', path: '/automate/rules', begin: 'new-rule', field: 'rule-name' },
    { form: 'a form of the administration', path: '/connect/profiles', begin: 'new', field: 'field-id' },
  ]) {
    const input = () =>
      page
        .getByTestId(field)
        .locator('input')
        .or(page.locator(`input[data-testid="${field}"]`))
        .first();

    test(`${form}: Escape asks, a closed drawer and a reload keep the text, and a deleted draft is gone`, async () => {
      await page.goto(platform.url + path);
      await page.getByTestId(begin).first().click();
      await input().fill('Lamps of the square');
      await input().press('Escape');
      await page.getByTestId('unsaved').waitFor();
      await page.getByTestId('unsaved-continue').click();
      assert.equal(await input().inputValue(), 'Lamps of the square');

      await page.getByTestId('drawer-close').click();
      await page.getByTestId('unsaved-keep').click();
      await page.getByTestId('drawer').waitFor({ state: 'detached' });
      await page.reload();
      await page.getByTestId(begin).first().click();
      await page.getByTestId('draft').waitFor();
      assert.equal(await input().inputValue(), 'Lamps of the square');

      await page.getByTestId('drawer-close').click();
      await page.getByTestId('unsaved-discard').click();
      await page.getByTestId(begin).first().click();
      await input().waitFor();
      assert.equal(await input().inputValue(), '');
      await page.getByTestId('drawer-close').click();
      await page.getByTestId('drawer').waitFor({ state: 'detached' });
    });
  }
});
