import { loadavg } from 'node:os';
import { type BrowserContext, type CDPSession, chromium, type Page } from '@playwright/test';
import { appPaths } from '../../platform/test/support/app-pages.ts';
import { ECO_INDEX_B, watchEcoIndex } from '../../platform/test/support/eco-index.ts';
import { MAX_SHIFT, shiftOf, WATCH_SHIFT } from '../../platform/test/support/layout-shift.ts';

/*
 * Measures the app on a slow phone:
 * `CHROMIUM_SHELL=/usr/bin/chromium-headless-shell npm run measure --workspace mobile -- http://127.0.0.1:1026`, with a
 * running product with the demo. The shell of Chromium has no window: on two cores, drawing the window's tab strip and
 * address would delay frames by up to 150 ms, and be counted. Prints the bytes of the first load; the EcoIndex of home;
 * the layout shift of each page (CLS) with normal text and with text at 200 %; the duration of a tap with a processor
 * slowed down four times, until the next frame and until the page of a tab is displayed; and whether the app is
 * installable. The exit code is 1 if a value exceeds its limit. Other load on the machine slows taps down, so the load
 * average of the last minute is printed too.
 */
const LIMITS = { firstLoadBytes: 300_000, interactionMs: 100 };
const SLOWDOWN = 4;
const TABS = ['near', 'report', 'info', 'map', 'home'] as const;
const TURNS = 3;
const SETTLE_MS = 1_500;
const WATCH_TAPS = `
  globalThis.alzetteTaps = [];
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) if (interactionId) alzetteTaps.push(duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });`;

/**
 * The milliseconds from the last tap until a page other than `alzetteBefore` is displayed. A string, because it runs in
 * the page.
 */
const WATCH_PAGES = `
  addEventListener('pointerdown', () => { globalThis.alzetteTapped = performance.now(); }, true);
  globalThis.alzettePage = () => [...document.querySelectorAll('ion-tabs ion-router-outlet > .ion-page')]
    .find((page) => page.checkVisibility({ opacityProperty: true }));
  globalThis.alzetteStands = (before) => new Promise((stands) => {
    const look = () => {
      const page = alzettePage();
      if (!page || page === before) return requestAnimationFrame(look);
      setTimeout(() => stands(performance.now() - alzetteTapped));
    };
    look();
  });`;

const [url = 'http://127.0.0.1:1026'] = process.argv.slice(2);
const paths = await appPaths(url);
const program = process.env.CHROMIUM_SHELL || process.env.CHROMIUM;
const browser = await chromium.launch({
  ...(program && { executablePath: program }),
  args: ['--no-sandbox'],
});
const { context, page, session } = await openPhone({});
const ecoIndex = watchEcoIndex(page);
const firstLoadBytes = await firstLoad(page, session);
console.log(`first load, code and styles as they came: ${(firstLoadBytes / 1000).toFixed(0)} kB`);
const eco = await ecoIndex();
console.log(
  `EcoIndex of home: ${eco.score.toFixed(0)} of 100 (${eco.elements} elements, ${eco.requests} requests, ${(eco.bytes / 1000).toFixed(0)} kB)`,
);
const taps = await tapAll(page);
const load = loadavg()[0]?.toFixed(1);
console.log(
  `taps, ${SLOWDOWN}x slower processor, load ${load}: ${taps.map(({ name, ms }) => `${name} ${ms} ms`).join(', ')}`,
);
const standing = taps.filter(({ stands }) => stands > 0).map(({ name, stands }) => `${name} ${stands.toFixed(0)} ms`);
console.log(`until the page of a tab stands: ${standing.join(', ')}`);
const missing = await missingForInstall(page, session);
console.log(`installable: ${missing.length === 0 ? 'yes' : `no, it lacks ${missing.join(', ')}`}`);
await context.close();
const shifts = [...(await shiftsOf('100 %', {})), ...(await shiftsOf('200 %', { textSize: 'largest' }))];
const most = Math.max(...shifts.map(({ worst }) => worst));
console.log(`layout shift, ${paths.length} pages twice: at most ${most.toFixed(3)}`);
const late = shifts.filter(({ worst }) => worst > MAX_SHIFT);
for (const { name, worst, moved } of late) console.log(`  ${name}: ${worst.toFixed(3)} ${moved.join('; ')}`);
await browser.close();

const slow = taps.filter(({ ms }) => ms > LIMITS.interactionMs);
const isLight = eco.score >= ECO_INDEX_B;
const isWithin = isLight && firstLoadBytes <= LIMITS.firstLoadBytes && late.length + slow.length + missing.length === 0;
process.exitCode = isWithin ? 0 : 1;

/** Opens a phone with an empty cache. */
async function openPhone(preferences: object): Promise<{ context: BrowserContext; page: Page; session: CDPSession }> {
  const opened = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'fr-FR', hasTouch: true });
  await opened.addInitScript(WATCH_SHIFT + WATCH_TAPS + WATCH_PAGES);
  await opened.addInitScript(`localStorage.setItem('alzette.preferences', '${JSON.stringify(preferences)}')`);
  const tab = await opened.newPage();
  const devtools = await opened.newCDPSession(tab);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  return { context: opened, page: tab, session: devtools };
}

/** The layout shift of each page, on a first visit. */
async function shiftsOf(text: string, preferences: object) {
  const shifts = [];
  const phone = await openPhone(preferences);
  for (const path of paths) {
    await phone.page.goto(`${url}/app${path}`);
    await phone.page.locator('h1:visible, .ghost:visible').first().waitFor();
    await phone.page.locator('.ghost').first().waitFor({ state: 'hidden' });
    await phone.page.waitForTimeout(SETTLE_MS);
    shifts.push({ name: `${path}, text of ${text}`, ...(await shiftOf(phone.page)) });
  }
  await phone.context.close();
  return shifts;
}

/**
 * The bytes of the page, its code and its styles that arrive before the app is displayed, as transferred over the
 * network.
 */
async function firstLoad(of: Page, devtools: CDPSession): Promise<number> {
  const counted = new Map<string, boolean>();
  let bytes = 0;
  await devtools.send('Network.enable');
  devtools.on('Network.responseReceived', ({ requestId, type, response }) => {
    counted.set(requestId, ['Script', 'Stylesheet', 'Document'].includes(type) && !response.fromServiceWorker);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (counted.get(requestId)) bytes += encodedDataLength;
  });
  // The service worker fetches the rest later, in the background.
  await of.goto(`${url}/app/`, { waitUntil: 'load' });
  await of.locator('h1:visible').first().waitFor();
  await of.waitForTimeout(SETTLE_MS);
  return bytes;
}

interface Tap {
  readonly name: string;
  /** Until the next frame. */
  readonly ms: number;
  /** Until the page of a tab is displayed; 0 for other taps. */
  readonly stands: number;
}

/** The longest duration of a tap on each tab and on the most frequent controls, over several turns. */
async function tapAll(of: Page): Promise<Tap[]> {
  await of.goto(`${url}/app/home`);
  await of.locator('h1:visible').first().waitFor();
  await of.evaluate('navigator.serviceWorker.ready');
  await of.waitForTimeout(2 * SETTLE_MS);
  const worstOf = new Map<string, Tap>();
  const tap = async (name: string, selector: string, isTab: boolean) => {
    await of.evaluate('globalThis.alzetteTaps.length = 0');
    const stands = of.evaluate<number>(isTab ? 'alzetteStands(alzettePage())' : '0');
    await of.locator(selector).first().tap();
    const waited = await stands;
    await of.waitForTimeout(SETTLE_MS);
    const ms = Number(await of.evaluate('Math.max(0, ...globalThis.alzetteTaps)'));
    const before = worstOf.get(name);
    worstOf.set(name, { name, ms: Math.max(before?.ms ?? 0, ms), stands: Math.max(before?.stands ?? 0, waited) });
  };
  for (let turn = 0; turn < TURNS; turn++) {
    // In the first turn each page renders for the first time.
    for (const tab of TABS) await tap(turn === 0 ? `${tab} first` : tab, `#tab-button-${tab}`, true);
  }
  await tap('to report', '#tab-button-report', true);
  await tap('a category', '[data-testid="category-pothole"]:visible', false);
  await tap('send, refused', '[data-testid="send"]:visible', false);
  await tap('to information', '#tab-button-info', true);
  await tap('a section', 'a[href="/app/news"]:visible', false);
  return [...worstOf.values()];
}

async function missingForInstall(of: Page, devtools: CDPSession): Promise<string[]> {
  const { errors, url: manifest } = await devtools.send('Page.getAppManifest');
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  const hasWorker = await of.evaluate('navigator.serviceWorker.ready.then(({ active }) => active !== null)');
  return [
    ...(manifest === '' ? ['a manifest'] : []),
    ...errors.map(({ message }) => message),
    // A private browser context never installs apps.
    ...installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'),
    ...(hasWorker ? [] : ['a service worker']),
  ];
}
