import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { appPaths, readingFaults, smallTargets } from '../support/app-pages.ts';
import { demoProduct } from '../support/demo-product.ts';
import { MAX_SHIFT, shiftOf, WATCH_SHIFT } from '../support/layout-shift.ts';
import { checkPage, launchBrowser } from '../support/pages.ts';
import { readingOrderFaults } from '../support/reading-order.ts';

/*
 * Every page of the citizens' app with the demo's data. Each is opened in one of the four variants, in turns; with
 * `EVERY_PAGE=all` in each. `EVERY_PAGE_URL` tests a running server, `EVERY_PAGE_ONLY` the paths that contain a text.
 */
const { CHROMIUM, EVERY_PAGE, EVERY_PAGE_URL, EVERY_PAGE_ONLY = '' } = process.env;
const PATIENCE_MS = 60_000;
/** Text spacing that readers may set themselves: WCAG 1.4.12. */
const SPACED = `* { letter-spacing: 0.12em !important; line-height: 1.5 !important; word-spacing: 0.16em !important; }
  p { margin-block-end: 2em !important; }`;
const DATA = ['citizen', 'ngsi-ld', 'territory', 'public'];
/** Waits until the page is painted. A string, because it runs in the browser. */
const TWO_FRAMES = 'new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(() => seen(true))))';

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
  {
    locale: 'en-GB',
    width: 390,
    colorScheme: 'dark',
    preferences: { textSize: 'largest', moreContrast: true, easyRead: true },
  },
  { locale: 'lb-LU', width: 390, colorScheme: 'light', preferences: {}, isSpaced: true },
];

describe('every page of the citizens’ app', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let url: string;
  let browser: Browser;
  let paths: readonly string[];

  before(async () => {
    // With the host name that the product uses in links to its own photos.
    url = EVERY_PAGE_URL ?? (await demoProduct()).url.replace('127.0.0.1', 'localhost');
    browser = await launchBrowser();
    const all = await appPaths(url);
    paths = all.filter((path) => path.includes(EVERY_PAGE_ONLY));
    assert.ok(all.length > 20, all.join());
  });

  after(async () => {
    await browser?.close();
  });

  LOOKS.forEach((look, turn) => {
    const { locale, width, colorScheme, preferences } = look;
    test(`${locale}, ${width} px, ${colorScheme}, ${JSON.stringify(preferences)}: accessible, in view, without layout shifts or requests to other servers, read in the order of the eye`, async () => {
      const context = await openContext(look);
      const watched = await watchedPage(context);
      const faults: string[] = [];
      for (const [at, path] of paths.entries()) {
        if (EVERY_PAGE !== 'all' && at % LOOKS.length !== turn) continue;
        const failed = await visit(watched, path, look).catch((error: Error) => [error.message]);
        faults.push(...[...watched.seen.splice(0), ...failed].map((fault) => `${path}: ${fault}`));
      }
      await context.close();
      assert.deepEqual(faults, []);
    });
  });

  test('an order that is another for the eye than for screen readers is noticed', async () => {
    const page = await browser.newPage();
    const list = (style: string) => `<div style="display: flex; ${style}"><p>first</p><p>second</p></div>`;
    for (const [style, faults] of [
      ['flex-direction: column', []],
      ['flex-direction: column-reverse', ['“second” is read after “first”']],
      ['flex-direction: row', []],
      ['flex-direction: row-reverse', ['“second” is read after “first”']],
    ] as const) {
      await page.setContent(list(style));
      assert.deepEqual(await readingOrderFaults(page), faults, style);
    }
    await page.close();
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
    await context.addInitScript(WATCH_SHIFT);
    await context.addInitScript(`localStorage.setItem('alzette.preferences', '${JSON.stringify(preferences)}')`);
    // Fills the browser's cache with the fonts first, because a slow machine does not wait for them.
    const first = await context.newPage();
    await first.goto(`${url}/app/help`, { waitUntil: 'networkidle' });
    await first.close();
    return context;
  }

  /** A browser page that records its faults. It is reused for all URLs, which takes a third of the time of new pages. */
  async function watchedPage(context: BrowserContext): Promise<Watched> {
    const page = await context.newPage();
    const seen: string[] = [];
    page.on('pageerror', (error) => seen.push(error.message));
    page.on('request', (request) => {
      const asked = new URL(request.url());
      if (asked.protocol.startsWith('http') && asked.origin !== new URL(url).origin) seen.push(`asks ${asked.origin}`);
    });
    return { page, seen, data: await holdData(page, url) };
  }

  /** @returns the faults of what it shows */
  async function visit(
    { page, data }: Watched,
    path: string,
    { locale, preferences, isSpaced = false }: Look,
  ): Promise<string[]> {
    const faults: string[] = [];
    data.hold();
    await page.goto(`${url}/app${path}`, { waitUntil: 'commit' });
    await page.locator('h1:visible, .ghost:visible').first().waitFor();
    await page.evaluate(TWO_FRAMES);
    data.release();
    await isThere(page);
    await page.waitForLoadState('networkidle');
    const { worst, moved } = await shiftOf(page);
    if (worst > MAX_SHIFT) faults.push(`moves by ${worst.toFixed(3)}: ${moved.join('; ')}`);
    if ('textSize' in preferences) faults.push(...(await smallTabs(page)));
    if (isSpaced) await page.addStyleTag({ content: SPACED });
    await checkPage(page);
    faults.push(...(await readingFaults(page)), ...(await smallTargets(page)), ...(await readingOrderFaults(page)));
    if (!/\S · Alzette$/.test(await page.title())) faults.push(`title: ${await page.title()}`);
    if ((await page.locator('.skip:visible').count()) !== 1) faults.push('no link that leads past the bar');
    const language = await page.locator('html').getAttribute('lang');
    if (language !== locale.slice(0, 2)) faults.push(`lang: ${language}`);
    if (!('textSize' in preferences)) faults.push(...(await faultsOfLargeText(page)));
    return faults;
  }
});

/** The faults of the page when its text is set to 200 %, for looks that have the normal size. */
async function faultsOfLargeText(page: Page): Promise<string[]> {
  const small = (await page.evaluate(TEXTS_THAT_STAY)) as string[];
  await page.evaluate(TWO_FRAMES);
  const excess = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
  return [
    ...(excess > 0 ? [`${excess} px wider than the page`] : []),
    ...small.map((text) => `text stays small: ${text}`),
    ...(await smallTabs(page)),
    ...(await smallTargets(page)),
  ].map((fault) => `at 200 %: ${fault}`);
}
/** Sets the text to 200 %. Texts that are then not twice as large; headings of more than 21 px grow to 42 px at least. */
const TEXTS_THAT_STAY = `(() => {
  const texts = [...document.querySelectorAll('body *')].filter((each) => each.checkVisibility() && each.clientHeight > 1 &&
    [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ''));
  const sizeOf = (each) => parseFloat(getComputedStyle(each).fontSize);
  const before = texts.map(sizeOf);
  document.documentElement.dataset.textSize = 'largest';
  return texts.flatMap((each, at) => sizeOf(each) < Math.min(1.95 * before[at], 42)
    ? [each.textContent.trim().slice(0, 30) + ' ' + before[at] + ' → ' + sizeOf(each)] : []);
})()`;

/** Labels of tabs that do not grow to 200 % with the text, or that are out of view. Strings, because they run in the browser. */
async function smallTabs(page: Page): Promise<string[]> {
  const tabs = (await page.evaluate(`[...document.querySelectorAll('ion-tab-button')]
    .filter((tab) => tab.checkVisibility())
    .map((tab) => [tab.textContent.trim(), parseFloat(getComputedStyle(tab).fontSize), tab.getBoundingClientRect().bottom])`)) as [
    string,
    number,
    number,
  ][];
  return tabs.filter(([, size, bottom]) => size < 22 || bottom > 845).map((tab) => `tab: ${tab.join(' ')}`);
}

/** Holds back data until they are released, as on a slow network: the placeholders must have the size of the content. */
interface HeldData {
  hold(): void;
  release(): void;
}

interface Watched {
  readonly page: Page;
  readonly seen: string[];
  readonly data: HeldData;
}

/** By the browser's own protocol, because Playwright's `route` loads everything anew for each page. */
async function holdData(page: Page, url: string): Promise<HeldData> {
  let released = Promise.withResolvers<void>();
  const session = await page.context().newCDPSession(page);
  session.on('Fetch.requestPaused', async ({ requestId }) => {
    await released.promise;
    await session.send('Fetch.continueRequest', { requestId }).catch(() => undefined); // another page was opened
  });
  await session.send('Fetch.enable', { patterns: DATA.map((path) => ({ urlPattern: `${url}/${path}*` })) });
  return {
    hold() {
      released = Promise.withResolvers<void>();
    },
    release() {
      released.resolve();
    },
  };
}

/** Waits for the heading of the page and for its initial requests. */
async function isThere(page: Page): Promise<void> {
  await page.locator('h1:visible').first().waitFor();
  await page.locator('.ghost').first().waitFor({ state: 'hidden' });
}
