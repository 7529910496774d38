import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { appPaths, readingFaults } from '../support/app-pages.ts';
import { checkPage, launchBrowser } from '../support/pages.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

/*
 * Every page of the citizens' app on the demo's data. Each is opened in two of the four ways to look at it, in turns; with
 * `EVERY_PAGE=all` in each. `EVERY_PAGE_URL` looks at a server that runs already, `EVERY_PAGE_ONLY` at the paths that
 * contain a text.
 */
const { CHROMIUM, EVERY_PAGE, EVERY_PAGE_URL, EVERY_PAGE_ONLY = '' } = process.env;
const PATIENCE_MS = 60_000;
/** What readers may set themselves: WCAG 1.4.12. */
const SPACED = `* { letter-spacing: 0.12em !important; line-height: 1.5 !important; word-spacing: 0.16em !important; }
  p { margin-block-end: 2em !important; }`;

interface Look {
  readonly locale: string;
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  readonly preferences: object;
  readonly isSpaced?: boolean;
}
const LOOKS: readonly Look[] = [
  { locale: 'fr-FR', width: 320, colorScheme: 'light', preferences: {} },
  { locale: 'de-DE', width: 390, colorScheme: 'dark', preferences: { textSize: 'largest' } },
  { locale: 'en-GB', width: 390, colorScheme: 'dark', preferences: { moreContrast: true, easyRead: true } },
  { locale: 'lb-LU', width: 390, colorScheme: 'light', preferences: {}, isSpaced: true },
];

describe('every page of the citizens’ app', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string | undefined;
  let platform: PlatformProcess | undefined;
  let url: string;
  let browser: Browser;
  let paths: readonly string[];

  before(async () => {
    if (EVERY_PAGE_URL === undefined) {
      dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
      platform = await startPlatformProcess({ DATA_DIR: dataDir });
    }
    // By the name under which the product links to its own photos.
    url = EVERY_PAGE_URL ?? (platform as PlatformProcess).url.replace('127.0.0.1', 'localhost');
    browser = await launchBrowser();
    const { reports } = await answered<{ reports: { id: string }[] }>('/citizen/v1/reports?limit=1');
    const [container] = await answered<{ id: string }[]>('/ngsi-ld/v1/entities?type=WasteContainer&limit=1');
    const {
      stops: [stop],
    } = await answered<{ stops: { id: string }[] }>('/citizen/v1/stops?limit=1');
    const all = appPaths({
      '/containers/:id': `/containers/${encodeURIComponent(container?.id ?? '')}`,
      '/reports/follow/:token': '/reports/follow/nobody',
      '/reports/:id': `/reports/${reports[0]?.id}`,
      '/departures/:id': `/departures/${encodeURIComponent(stop?.id ?? '')}`,
      '/items/:id': '/items/eclairage-economies',
    });
    paths = all.filter((path) => path.includes(EVERY_PAGE_ONLY));
    assert.ok(all.length > 20, all.join());
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    if (dataDir) await rm(dataDir, { recursive: true });
  });

  async function answered<T>(path: string): Promise<T> {
    return (await (await fetch(url + path)).json()) as T;
  }

  LOOKS.forEach((look, turn) => {
    const { locale, width, colorScheme, preferences } = look;
    test(`${locale}, ${width} px, ${colorScheme}, ${JSON.stringify(preferences)}: read by all, shown to all, asked of nobody else`, async () => {
      const context = await openContext(look);
      const faults: string[] = [];
      for (const [at, path] of paths.entries()) {
        if (EVERY_PAGE !== 'all' && at % 2 !== turn % 2) continue;
        const found = await visit(context, path, look).catch((error: Error) => [error.message]);
        faults.push(...found.map((fault) => `${path}: ${fault}`));
      }
      await context.close();
      assert.deepEqual(faults, []);
    });
  });

  async function openContext({ locale, width, colorScheme, preferences }: Look): Promise<BrowserContext> {
    const context = await browser.newContext({
      locale,
      colorScheme,
      viewport: { width, height: 844 },
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(`localStorage.setItem('alzette.preferences', '${JSON.stringify(preferences)}')`);
    return context;
  }

  /** @returns what is wrong with the page */
  async function visit(context: BrowserContext, path: string, { locale, isSpaced = false }: Look): Promise<string[]> {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => {
      const asked = new URL(request.url());
      if (asked.protocol.startsWith('http') && asked.origin !== new URL(url).origin)
        faults.push(`asks ${asked.origin}`);
    });
    await page.goto(`${url}/app${path}`);
    await isThere(page);
    if (isSpaced) await page.addStyleTag({ content: SPACED });
    await checkPage(page);
    faults.push(...(await readingFaults(page)));
    if (!/\S · Alzette$/.test(await page.title())) faults.push(`title: ${await page.title()}`);
    const language = await page.locator('html').getAttribute('lang');
    if (language !== locale.slice(0, 2)) faults.push(`lang: ${language}`);
    await page.close();
    return faults;
  }
});

/** Its heading is there, and nothing that it begins with is on its way. */
async function isThere(page: Page): Promise<void> {
  await page.locator('h1:visible').first().waitFor();
  await page.locator('.ghost').first().waitFor({ state: 'hidden' });
}
