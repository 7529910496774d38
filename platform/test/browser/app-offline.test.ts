import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import Fastify, { type FastifyInstance } from 'fastify';
import { buildPages, MOBILE, needsBuild } from '../../src/page-builds.ts';
import { pageRoutes } from '../../src/pages.ts';
import { launchWholeBrowser } from '../support/pages.ts';

const CHROMIUM = process.env.CHROMIUM;

/** Looks at the caches from one visit to the next. */
const VISIT_EACH = 200;

// Strings, because they run in the browser.
const STORED = `(async () => {
  const names = await caches.keys();
  const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return JSON.stringify({ names, urls: keys.flat().map((request) => request.url) });
})()`;
// To open a cache that was just deleted would create it again.
const NAMES = 'caches.keys()';

describe('the app without network', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let dist: string;
  let server: FastifyInstance;
  let url: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  const serve = async (port = 0) => {
    server = Fastify({ forceCloseConnections: true });
    await pageRoutes(server, [{ prefix: '/app/', dist }]);
    url = await server.listen({ port, host: '127.0.0.1' });
  };
  /** The names and the contents of the caches. */
  const stored = async (): Promise<{ names: string[]; urls: string[] }> => JSON.parse(await page.evaluate(STORED));

  before(async () => {
    if (needsBuild(MOBILE)) await buildPages(MOBILE);
    dist = await mkdtemp(join(tmpdir(), 'alzette-app-'));
    await cp(MOBILE.dist, dist, { recursive: true });
    await serve();
    browser = await launchWholeBrowser();
    context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      locale: 'fr-FR',
      reducedMotion: 'reduce',
    });
    page = await context.newPage();
  });

  after(async () => {
    await browser?.close();
    await server?.close();
    await rm(dist, { recursive: true });
  });

  test('is cached at its first visit, and opens at any of its routes', async () => {
    // As an earlier version left it.
    await page.goto(`${url}/app/`);
    await page.evaluate(`caches.open('workbox-precache-v2-old').then(() => true)`);
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    const { names, urls } = await eventually('the files are stored', async () => {
      const now = await stored();
      return now.urls.length > 20 && now;
    });
    assert.ok(urls.includes(`${url}/app/index.html`) && urls.includes(`${url}/app/manifest.webmanifest`));
    assert.ok(urls.some((each) => /figtree-latin-wght/.test(each)));
    assert.ok(!urls.some((each) => /latin-ext|vietnamese|\/sw\.js/.test(each)), urls.join('\n'));
    assert.ok(names.some((name) => name.startsWith('alzette-app-')));

    await server.close();
    await page.goto(`${url}/app/map?from=start`);
    await page.locator('ion-app ion-page, ion-app .ion-page').first().waitFor();
    assert.equal(await page.evaluate('navigator.serviceWorker.controller?.scriptURL'), `${url}/app/sw.js`);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, 'app-offline.png') });
  });

  test('installs a new version, and deletes the old one', async () => {
    await serve(Number(new URL(url).port));
    const before = await page.evaluate<string[]>(NAMES);
    const worker = await readFile(join(dist, 'sw.js'), 'utf8');
    await writeFile(join(dist, 'sw.js'), worker.replace(/VERSION = "\w+"/, 'VERSION = "next"'));
    for (const twin of ['sw.js.br', 'sw.js.gz']) await rm(join(dist, twin), { force: true });
    let looks = 0;
    const names = await eventually('the old version is dropped', async () => {
      // The browser looks for a new version at each visit, but not again if that fails.
      if (looks++ % VISIT_EACH === 0) await page.goto(`${url}/app/`);
      const now = await page.evaluate<string[]>(NAMES);
      return now.length === 1 && now[0] !== before[0] && now;
    });
    assert.deepEqual(names, ['alzette-app-next']);
  });
});
