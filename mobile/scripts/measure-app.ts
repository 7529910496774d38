import { type CDPSession, chromium, type Page } from '@playwright/test';

/*
 * What a phone has to bear: `CHROMIUM=/usr/bin/chromium npm run measure --workspace mobile -- http://127.0.0.1:1026`.
 * A product with the demo runs there. Prints the bytes of the first load, what moves while pages load (CLS), how long a tap
 * takes with the processor slowed down four times, and whether the app can be installed. It ends with 1 if a limit is passed.
 */
const LIMITS = { firstLoadBytes: 300_000, cls: 0.05, interactionMs: 100 };
const SLOWDOWN = 4;
const TABS = ['near', 'report', 'info', 'home'] as const;
const TURNS = 3;
const SETTLE_MS = 1_500;

const [url = 'http://127.0.0.1:1026'] = process.argv.slice(2);
const browser = await chromium.launch({
  ...(process.env.CHROMIUM && { executablePath: process.env.CHROMIUM }),
  args: ['--no-sandbox'],
});
const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'fr-FR', hasTouch: true });
const page = await context.newPage();
const session = await context.newCDPSession(page);
await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
await page.addInitScript(watching());

const firstLoadBytes = await firstLoad(page, session);
const cls = { home: await shifts(page) };
for (const path of ['report', 'near', 'info', 'news', 'settings']) {
  await page.goto(`${url}/app/${path}`);
  await page.waitForTimeout(SETTLE_MS);
  Object.assign(cls, { [path]: await shifts(page) });
}
const taps = await tapTabs(page);
const missing = await missingForInstall(page, session);
await browser.close();

const worst = Math.max(...Object.values(cls));
const slowest = Math.max(...taps.map(({ ms }) => ms));
console.log(`first load, code and styles as they came: ${(firstLoadBytes / 1000).toFixed(0)} kB`);
console.log(
  `layout shift: ${Object.entries(cls)
    .map(([name, value]) => `${name} ${value.toFixed(3)}`)
    .join(', ')}`,
);
console.log(`taps, ${SLOWDOWN}x slower processor: ${taps.map(({ name, ms }) => `${name} ${ms} ms`).join(', ')}`);
console.log(`installable: ${missing.length === 0 ? 'yes' : `no, it lacks ${missing.join(', ')}`}`);
const isWithin =
  firstLoadBytes <= LIMITS.firstLoadBytes &&
  worst <= LIMITS.cls &&
  slowest <= LIMITS.interactionMs &&
  missing.length === 0;
process.exitCode = isWithin ? 0 : 1;

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

/** Shifts without an act of the reader, as web-vitals counts them: the worst window of five seconds. */
async function shifts(of: Page): Promise<number> {
  return Number(await of.evaluate('globalThis.alzetteShifts?.() ?? 0'));
}

/** The longest time from a tap to the next frame, of each tab, over some turns. */
async function tapTabs(of: Page): Promise<{ name: string; ms: number }[]> {
  await of.goto(`${url}/app/home`);
  await of.locator('h1:visible').first().waitFor();
  await of.waitForTimeout(SETTLE_MS);
  const worstOf = new Map<string, number>();
  for (let turn = 0; turn < TURNS; turn++) {
    for (const tab of TABS) {
      await of.evaluate('globalThis.alzetteTaps.length = 0');
      await of.locator(`ion-tab-button[tab="${tab}"]`).tap();
      await of.waitForTimeout(SETTLE_MS);
      const ms = Number(await of.evaluate('Math.max(0, ...globalThis.alzetteTaps)'));
      // The first turn loads the page's code.
      const name = turn === 0 ? `${tab} first` : tab;
      worstOf.set(name, Math.max(worstOf.get(name) ?? 0, ms));
    }
  }
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

function watching(): string {
  return `
    globalThis.alzetteTaps = [];
    const entries = [];
    new PerformanceObserver((list) => entries.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
      for (const { interactionId, duration } of list.getEntries()) if (interactionId) alzetteTaps.push(duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: true });
    globalThis.alzetteShifts = () => {
      let worst = 0;
      let sum = 0;
      let first = 0;
      let last = 0;
      for (const { startTime, value, hadRecentInput } of entries) {
        if (hadRecentInput) continue;
        const isSame = sum > 0 && startTime - last < 1000 && startTime - first < 5000;
        if (!isSame) [sum, first] = [0, startTime];
        sum += value;
        last = startTime;
        worst = Math.max(worst, sum);
      }
      return worst;
    };`;
}
