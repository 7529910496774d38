import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { demoProduct } from '../support/demo-product.ts';
import { openOperations } from '../support/openapi-operations.ts';
import { checkPage, demoPaths, followTo, launchBrowser, linksWithoutColour } from '../support/pages.ts';
import { rawWords } from '../support/raw-words.ts';

/*
 * Every page of the portal with the demo's data. Each is opened once, with alternating variants, from the page before;
 * with `EVERY_PAGE=all` each page in each of the eight variants, by its address. `EVERY_PAGE_URL` tests a running server, and `EVERY_PAGE_ONLY` the paths
 * that contain a text.
 */

const { CHROMIUM, EVERY_PAGE, EVERY_PAGE_URL, EVERY_PAGE_ONLY = '' } = process.env;
const PATIENCE_MS = 60_000;
const MAX_VISITS_AGAIN = 3;
const isBusy = (fault: string) => fault.startsWith('503 ');

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
/** Pages about interfaces for programs, or of data as programs get them: there, names and addresses are what the reader looks for. */
const ABOUT_IDENTIFIERS = [
  '/administer/health',
  '/devices/new',
  '/share/datasets/points-lumineux',
  '/openapi/try',
  '/connect/profiles',
  '/connect/subscriptions',
  '/connect/dead-letters',
  '/connect/contexts',
  '/connect/registrations',
  '/connect/models',
];

const nameOf = ({ viewport, colorScheme, locale }: Look): string =>
  `${viewport.width}-${colorScheme}-${locale.slice(0, 2)}`;

describe('every page', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let url: string;
  let browser: Browser;
  let isOperation: (method: string, path: string) => boolean;

  before(async () => {
    url = EVERY_PAGE_URL ?? (await demoProduct()).url;
    isOperation = await openOperations(url);
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
  });

  LOOKS.forEach((look, turn) => {
    const paths = PATHS.filter(
      (path, at) => path.includes(EVERY_PAGE_ONLY) && (EVERY_PAGE === 'all' || at % LOOKS.length === turn),
    );
    test(`${nameOf(look)}: no axe violation, no error, and only requests that the OpenAPI document describes`, async () => {
      const context = await browser.newContext({ ...look, reducedMotion: 'reduce', serviceWorkers: 'block' });
      context.setDefaultTimeout(PATIENCE_MS);
      const { page, seen } = await watchedPage(context);
      const faults: string[] = [];
      for (const path of paths) {
        const faultsOnce = async () => {
          const failed = await visit(page, path).catch((error: Error) => [error.message]);
          return [...seen.splice(0), ...failed];
        };
        let found = await faultsOnce();
        // On a busy machine the embedded database may answer late, and the server says so.
        for (let again = 0; again < MAX_VISITS_AGAIN && found.some(isBusy); again++) {
          await eventually('the server is ready', isReady, PATIENCE_MS);
          found = await faultsOnce();
        }
        faults.push(...found.map((fault) => `${path}: ${fault}`));
      }
      await context.close();
      assert.deepEqual(faults, []);
    });
  });

  async function isReady(): Promise<boolean> {
    return (await fetch(`${url}/ready`)).ok;
  }

  /** A browser page that records its faults. It is reused for all URLs, which takes a third of the time of new pages. */
  async function watchedPage(context: BrowserContext): Promise<{ page: Page; seen: string[] }> {
    const page = await context.newPage();
    const seen: string[] = [];
    page.on('pageerror', (error) => seen.push(error.message));
    page.on('console', (message) => {
      // Reported below, with the address.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        seen.push(message.text());
    });
    page.on('response', (response) => {
      // An anonymous caller has no own keys.
      const isExpected = response.status() === 401 && response.url().endsWith('/ops/access/me/keys');
      if (response.status() >= 400 && !isExpected) seen.push(`${response.status()} ${response.url()}`);
    });
    page.on('request', (request) => {
      const { pathname, origin } = new URL(request.url());
      const isAsked =
        ['fetch', 'xhr', 'eventsource'].includes(request.resourceType()) && origin === new URL(url).origin;
      // The search of the settings reads their page of the documentation.
      if (isAsked && !pathname.startsWith('/docs/') && !isOperation(request.method(), pathname))
        seen.push(`not told of: ${request.method()} ${pathname}`);
    });
    return { page, seen };
  }

  /** @returns the faults of what it shows */
  async function visit(page: Page, path: string): Promise<string[]> {
    if (EVERY_PAGE !== 'all' && page.url().startsWith(url)) await followTo(page, path);
    else await page.goto(url + path);
    await isThere(page);
    assert.match(await page.title(), /\S · Alzette$|^Alzette$/);
    await checkPage(page);
    const links = await linksWithoutColour(page);
    const raw = ABOUT_IDENTIFIERS.includes(path) ? [] : await rawWords(page);
    return [...links.map((text) => `a link without a colour of ours: ${text}`), ...raw.map((word) => `raw: ${word}`)];
  }
});

/** Waits for the heading of the page and for its initial requests. */
async function isThere(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.locator('[data-testid="loading"], [aria-busy="true"]').first().waitFor({ state: 'detached' });
}
