import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { openOperations } from '../support/openapi-operations.ts';
import { checkPage, demoPaths, LAMP, launchBrowser, linksWithoutColour } from '../support/pages.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

/*
 * Every page of the portal with the demo's data. Each is opened once, with alternating variants; with `EVERY_PAGE=all`
 * each page in each of the eight variants. `EVERY_PAGE_URL` tests a running server, and `EVERY_PAGE_ONLY` the paths
 * that contain a text.
 */

const { CHROMIUM, EVERY_PAGE, EVERY_PAGE_URL, EVERY_PAGE_ONLY = '', UPDATE_SCREENSHOTS } = process.env;
const IMAGES = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const PATIENCE_MS = 60_000;

interface Look {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: 'light' | 'dark';
  readonly locale: string;
}

const LOOKS: readonly Look[] = (['fr-FR', 'en-GB'] as const).flatMap((locale) =>
  (['light', 'dark'] as const).flatMap((colorScheme) =>
    [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ].map((viewport) => ({ viewport, colorScheme, locale })),
  ),
);
const PATHS = demoPaths();

const nameOf = ({ viewport, colorScheme, locale }: Look): string =>
  `${viewport.width}-${colorScheme}-${locale.slice(0, 2)}`;

describe('every page', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let dataDir: string | undefined;
  let platform: PlatformProcess | undefined;
  let url: string;
  let browser: Browser;
  let isOperation: (method: string, path: string) => boolean;

  before(async () => {
    if (EVERY_PAGE_URL === undefined) {
      dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
      platform = await startPlatformProcess({ DATA_DIR: dataDir });
    }
    url = EVERY_PAGE_URL ?? (platform as PlatformProcess).url;
    isOperation = await openOperations(url);
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    if (dataDir) await rm(dataDir, { recursive: true });
  });

  LOOKS.forEach((look, turn) => {
    const paths = PATHS.filter(
      (path, at) => path.includes(EVERY_PAGE_ONLY) && (EVERY_PAGE === 'all' || at % LOOKS.length === turn),
    );
    test(`${nameOf(look)}: no axe violation, no error, and only requests that the OpenAPI document describes`, async () => {
      const context = await browser.newContext({ ...look, reducedMotion: 'reduce', serviceWorkers: 'block' });
      context.setDefaultTimeout(PATIENCE_MS);
      const faults: string[] = [];
      for (const path of paths) {
        try {
          await visit(context, path, look);
        } catch (error) {
          faults.push(`${path}: ${(error as Error).message}`);
        }
      }
      await context.close();
      assert.deepEqual(faults, []);
    });
  });

  async function visit(context: BrowserContext, path: string, look: Look): Promise<void> {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // Reported below, with the address.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        faults.push(message.text());
    });
    page.on('response', (response) => {
      // An anonymous caller has no own keys.
      const isExpected = response.status() === 401 && response.url().endsWith('/ops/access/me/keys');
      if (response.status() >= 400 && !isExpected) faults.push(`${response.status()} ${response.url()}`);
    });
    page.on('request', (request) => {
      const { pathname, origin } = new URL(request.url());
      const isAsked =
        ['fetch', 'xhr', 'eventsource'].includes(request.resourceType()) && origin === new URL(url).origin;
      if (isAsked && !isOperation(request.method(), pathname))
        faults.push(`not told of: ${request.method()} ${pathname}`);
    });
    await page.goto(url + path);
    await isThere(page);
    assert.match(await page.title(), /\S · Alzette$|^Alzette$/);
    await checkPage(page);
    faults.push(...(await linksWithoutColour(page)).map((text) => `a link without a colour of ours: ${text}`));
    if (UPDATE_SCREENSHOTS) {
      const name = path.replace(encodeURIComponent(LAMP), 'lamp').split('/').filter(Boolean).join('-') || 'today';
      await page.screenshot({ path: join(IMAGES, 'pages', `${name}-${nameOf(look)}.png`) });
    }
    await page.close();
    assert.deepEqual(faults, []);
  }
});

/** Waits for the heading of the page and for its initial requests. */
async function isThere(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.locator('[data-testid="loading"], [aria-busy="true"]').first().waitFor({ state: 'detached' });
}
