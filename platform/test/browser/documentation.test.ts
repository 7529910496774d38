import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import Fastify, { type FastifyInstance } from 'fastify';
import { buildPages, DOCS, needsBuild } from '../../src/page-builds.ts';
import { pageRoutes } from '../../src/pages.ts';
import { checkPage, launchBrowser } from '../support/pages.ts';

const CHROMIUM = process.env.CHROMIUM;
/** A folder for screenshots, to inspect the pages. */
const PICTURES = process.env.DOCUMENTATION_PICTURES;
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };

describe('the documentation in a browser', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let app: FastifyInstance;
  let url: string;
  let browser: Browser;

  before(async () => {
    if (needsBuild(DOCS)) await buildPages(DOCS);
    app = Fastify({ routerOptions: { ignoreTrailingSlash: true } });
    await pageRoutes(app, [{ prefix: '/docs/', dist: DOCS.dist, isFilesAlone: true }]);
    url = await app.listen({ port: 0, host: '127.0.0.1' });
    browser = await launchBrowser();
    if (PICTURES) await mkdir(PICTURES, { recursive: true });
  });

  after(async () => {
    await browser?.close();
    await app?.close();
  });

  /** A page with a list of its errors. */
  async function open(path: string, options: Parameters<Browser['newContext']>[0]): Promise<[Page, string[]]> {
    const page = await (await browser.newContext(options)).newPage();
    const faults: string[] = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => request.url().startsWith(url) || faults.push(request.url()));
    await page.goto(url + path);
    return [page, faults];
  }

  for (const [path, language] of [
    ['/docs/', 'en'],
    ['/docs/tutorials/device.html', 'en'],
    ['/docs/fr/', 'fr'],
    ['/docs/fr/tutorials/device.html', 'fr'],
  ] as const) {
    test(`${path}: no violation, wide and narrow, light and dark`, async () => {
      const [page, faults] = await open(path, { viewport: DESKTOP });
      for (const viewport of [DESKTOP, PHONE]) {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.setViewportSize(viewport);
          await page.emulateMedia({ colorScheme });
          await page.reload();
          await checkPage(page);
          assert.equal(await page.locator('html').getAttribute('lang'), language);
          assert.deepEqual(faults, []);
          const name = `${path.replace(/\W+/g, '-')}${viewport.width}-${colorScheme}.png`;
          if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}`, fullPage: viewport === PHONE });
        }
      }
      await page.context().close();
    });
  }

  test('the search finds a page by keyboard', async () => {
    const [page, faults] = await open('/docs/fr/', { viewport: DESKTOP });
    await page.getByRole('searchbox').fill('effacement');
    const first = page.locator('#found a').first();
    await first.waitFor();
    await checkPage(page);
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/search.png` });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/docs\/fr\/privacy\.html/);
    assert.deepEqual(faults, []);
    await page.context().close();
  });

  test('the other language is one click away, on the same page', async () => {
    const [page] = await open('/docs/tutorials/running-it.html', { viewport: PHONE });
    await page.getByRole('link', { name: 'Français' }).click();
    await page.waitForURL(/\/docs\/fr\/tutorials\/running-it\.html/);
    await page.context().close();
  });

  test('an unknown address says so, in both languages', async () => {
    const page = await (await browser.newContext({ viewport: PHONE })).newPage();
    const answer = await page.goto(`${url}/docs/fr/nothing.html`);
    assert.equal(answer?.status(), 404);
    await checkPage(page);
    await page.getByRole('link', { name: /première page/ }).click();
    await page.waitForURL(/\/docs\/fr\/$/);
    await page.context().close();
  });
});
