import { type BrowserContext, type CDPSession, chromium, type Page } from '@playwright/test';
import { appPaths } from '../../platform/test/support/app-pages.ts';
import { MOST_SHIFT, shiftOf, WATCH_SHIFT } from '../../platform/test/support/layout-shift.ts';

/*
 * What a phone has to bear: `CHROMIUM=/usr/bin/chromium npm run measure --workspace mobile -- http://127.0.0.1:1026`.
 * A product with the demo runs there. Prints the bytes of the first load, what moves while each page loads (CLS) with text as
 * it is and of 200 %, how long a tap takes with the processor slowed down four times, and whether the app can be installed.
 * It ends with 1 if a limit is passed.
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

const [url = 'http://127.0.0.1:1026'] = process.argv.slice(2);
const paths = await appPaths(url);
const browser = await chromium.launch({
  ...(process.env.CHROMIUM && { executablePath: process.env.CHROMIUM }),
  args: ['--no-sandbox'],
});
const { context, page, session } = await openPhone({});
const firstLoadBytes = await firstLoad(page, session);
console.log(`first load, code and styles as they came: ${(firstLoadBytes / 1000).toFixed(0)} kB`);
const taps = await tapAll(page);
console.log(`taps, ${SLOWDOWN}x slower processor: ${taps.map(({ name, ms }) => `${name} ${ms} ms`).join(', ')}`);
const missing = await missingForInstall(page, session);
console.log(`installable: ${missing.length === 0 ? 'yes' : `no, it lacks ${missing.join(', ')}`}`);
await context.close();
const shifts = [...(await shiftsOf('100 %', {})), ...(await shiftsOf('200 %', { textSize: 'largest' }))];
const most = Math.max(...shifts.map(({ worst }) => worst));
console.log(`layout shift, ${paths.length} pages twice: at most ${most.toFixed(3)}`);
const late = shifts.filter(({ worst }) => worst > MOST_SHIFT);
for (const { name, worst, moved } of late) console.log(`  ${name}: ${worst.toFixed(3)} ${moved.join('; ')}`);
await browser.close();

const slow = taps.filter(({ ms }) => ms > LIMITS.interactionMs);
const isWithin = firstLoadBytes <= LIMITS.firstLoadBytes && late.length + slow.length + missing.length === 0;
process.exitCode = isWithin ? 0 : 1;

/** A phone that has not seen the app. */
async function openPhone(preferences: object): Promise<{ context: BrowserContext; page: Page; session: CDPSession }> {
  const opened = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'fr-FR', hasTouch: true });
  await opened.addInitScript(WATCH_SHIFT + WATCH_TAPS);
  await opened.addInitScript(`localStorage.setItem('alzette.preferences', '${JSON.stringify(preferences)}')`);
  const tab = await opened.newPage();
  const devtools = await opened.newCDPSession(tab);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  return { context: opened, page: tab, session: devtools };
}

/** What moves on each page, for somebody who comes there first. */
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

/** Code, styles and the page itself that came before the app was there, as many bytes as went over the network. */
async function firstLoad(of: Page, devtools: CDPSession): Promise<number> {
  const counted = new Map<string, boolean>();
  let bytes = 0;
  await devtools.send('Network.enable');
  devtools.on('Network.responseReceived', ({ requestId, type }) => {
    counted.set(requestId, ['Script', 'Stylesheet', 'Document'].includes(type));
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (counted.get(requestId)) bytes += encodedDataLength;
  });
  // The service worker fetches the rest afterwards, in its own time.
  await of.goto(`${url}/app/`, { waitUntil: 'load' });
  await of.locator('h1:visible').first().waitFor();
  await of.waitForTimeout(SETTLE_MS);
  return bytes;
}

/** The longest time from a tap to the next frame, of each tab and of what one taps most, over some turns. */
async function tapAll(of: Page): Promise<{ name: string; ms: number }[]> {
  await of.goto(`${url}/app/home`);
  await of.locator('h1:visible').first().waitFor();
  await of.waitForTimeout(SETTLE_MS);
  const worstOf = new Map<string, number>();
  const tap = async (name: string, selector: string) => {
    await of.evaluate('globalThis.alzetteTaps.length = 0');
    await of.locator(selector).first().tap();
    await of.waitForTimeout(SETTLE_MS);
    const ms = Number(await of.evaluate('Math.max(0, ...globalThis.alzetteTaps)'));
    worstOf.set(name, Math.max(worstOf.get(name) ?? 0, ms));
  };
  for (let turn = 0; turn < TURNS; turn++) {
    // The first turn loads the page's code.
    for (const tab of TABS) await tap(turn === 0 ? `${tab} first` : tab, `#tab-button-${tab}`);
  }
  await tap('to report', '#tab-button-report');
  await tap('a category', '[data-testid="category-pothole"]:visible');
  await tap('send, refused', '[data-testid="send"]:visible');
  await tap('to information', '#tab-button-info');
  await tap('a section', 'a[href="/app/news"]:visible');
  return [...worstOf].map(([name, ms]) => ({ name, ms }));
}

async function missingForInstall(of: Page, devtools: CDPSession): Promise<string[]> {
  const { errors, url: manifest } = await devtools.send('Page.getAppManifest');
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  const hasWorker = await of.evaluate('navigator.serviceWorker.ready.then(({ active }) => active !== null)');
  return [
    ...(manifest === '' ? ['a manifest'] : []),
    ...errors.map(({ message }) => message),
    // A browser that is private to this run installs nothing.
    ...installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'),
    ...(hasWorker ? [] : ['a service worker']),
  ];
}
