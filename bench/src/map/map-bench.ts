/*
 * npm run bench -- map [--url URL] [--assets 50000], with CHROMIUM set
 *
 * The cost of a map with 50,000 assets in a browser. Without --url the product is started on a new PostgreSQL; a
 * running server must have open access. Answer: `POST /territory/map` with all assets, the median of eleven after a lamp
 * has changed its class each time, and of eleven without a change. First map: from the navigation until all are counted
 * on the map, with an empty cache. Frames: the times between frames while the
 * map is dragged and zoomed. Idle: the share of a core that the page's process uses while twenty lamps change per
 * minute. Update: from the write until the row beside the map has changed. Exit code 1: a goal was missed; the last lines
 * say which.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type CDPSession, chromium, type Page } from '@playwright/test';
import { reportMissedGoals } from '../report-missed-goals.ts';
import { foreignTarget, ownTarget } from '../target.ts';
import { seedAssets, territoryLink } from './territory-of-lamps.ts';

const { values } = parseArgs({ options: { url: { type: 'string' }, assets: { type: 'string', default: '50000' } } });
const target = values.url === undefined ? await ownTarget() : foreignTarget(values.url);
const { url } = target;
const COUNT = Number(values.assets);
const IDLE_MS = 20_000;
const ANSWERS = 11;
const LAYERS = [
  {
    type: 'Streetlight',
    classes: [
      { key: 'defective', severity: 'alarm', when: [{ attribute: 'status', isNot: ['ok', 'unknown'] }] },
      { key: 'on', when: [{ attribute: 'powerState', is: ['on'] }] },
    ],
    observed: 'powerState',
    silentAfter: 21_600,
  },
  {
    type: 'WasteContainer',
    classes: [{ key: 'full', severity: 'warning', when: [{ attribute: 'fillingLevel', from: 0.8 }] }],
    observed: 'fillingLevel',
    silentAfter: 86_400,
  },
];

await seedAssets(url, COUNT);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM as string, args: ['--no-sandbox'] });
try {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'fr-FR',
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  console.log(JSON.stringify({ answer: await answer() }));
  const first = await firstMap(page, devtools);
  console.log(JSON.stringify({ first }));
  const framed = await frames(page);
  console.log(JSON.stringify({ frames: framed }));
  const updated = await update(page);
  console.log(JSON.stringify({ update: updated }));
  const rested = await idle(devtools);
  console.log(JSON.stringify({ idle: rested }));
  const goals = [
    ['first map, ms', first.ms, 1000],
    ['data of the first map, kB', first.apiKB, 300],
    ['95 % of the frames, ms', framed.p95, 33],
    ['a change on screen, ms', Math.max(...updated.ms), 2000],
    ['idle, % of a core', rested.percent, 5],
  ] as const;
  reportMissedGoals(
    goals.flatMap(([what, got, most]) => (got < most ? [] : [`${what}: ${got}, expected less than ${most}`])),
  );
} finally {
  await browser.close();
  await target.stop();
}

async function answer(): Promise<object> {
  return { changed: await answers(true), unchanged: await answers(false) };
}

/** Milliseconds. */
async function answers(isChanged: boolean): Promise<object> {
  const times: number[] = [];
  for (let n = 0; n < ANSWERS; n++) {
    if (isChanged) await switchLamp('urn:ngsi-ld:Streetlight:bench-2', n % 2 ? 'on' : 'off');
    const startedAt = performance.now();
    const response = await fetch(`${url}/territory/map`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...territoryLink(url) },
      body: JSON.stringify({ layers: LAYERS, zoom: 11, filter: {}, totals: true }),
    });
    if (!response.ok) throw new Error(`map: ${response.status} ${await response.text()}`);
    await response.text();
    times.push(Math.round(performance.now() - startedAt));
  }
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(ANSWERS / 2)], max: times.at(-1) };
}

/** Milliseconds, and transferred kB: of all, and of API answers. */
async function firstMap(page: Page, devtools: CDPSession) {
  const kinds = new Map<string, string>();
  const bytes = { all: 0, api: 0 };
  await devtools.send('Network.enable');
  devtools.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes.all += encodedDataLength;
    if (['Fetch', 'XHR'].includes(kinds.get(requestId) ?? '')) bytes.api += encodedDataLength;
  });
  const startedAt = performance.now();
  await page.goto(`${url}/map`, { waitUntil: 'commit' });
  await page
    .locator(`[data-testid="map"]:not([data-feature-count="0"])`)
    .waitFor({ state: 'attached', timeout: 60_000 });
  const ms = Math.round(performance.now() - startedAt);
  const counted = await page.getByTestId('map').getAttribute('data-feature-count');
  await pause(2_000);
  return { ms, counted, kB: Math.round(bytes.all / 1000), apiKB: Math.round(bytes.api / 1000) };
}

/** Milliseconds between frames, during drags and zooms. */
async function frames(page: Page) {
  await page.evaluate(`{
    window.times = [];
    let last = performance.now();
    const step = (now) => {
      times.push(now - last);
      last = now;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }`);
  await page.mouse.move(900, 450);
  for (const delta of [-300, -300, -300, 300, -300, -300, 300, 300]) {
    await page.mouse.wheel(0, delta);
    await pause(600);
    await page.mouse.down();
    for (let x = 0; x < 20; x++) await page.mouse.move(900 - x * 8, 450 + x * 3);
    await page.mouse.up();
    await pause(400);
    await page.mouse.move(900, 450);
  }
  const times = (await page.evaluate('window.times')) as number[];
  times.sort((a, b) => a - b);
  const at = (part: number): number => Math.round((times[Math.floor(times.length * part)] ?? 0) * 10) / 10;
  return { count: times.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(0.9999) };
}

async function switchLamp(id: string, powerState: string): Promise<void> {
  await fetch(`${url}/ngsi-ld/v1/entities/${id}/attrs`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', ...territoryLink(url) },
    body: JSON.stringify({ powerState: { value: powerState, observedAt: new Date().toISOString() } }),
  });
}

async function update(page: Page) {
  const id = 'urn:ngsi-ld:Streetlight:bench-11';
  await page.goto(`${url}/map?text=bench-11&entity=${id}`);
  const panel = page.getByTestId('entity-panel');
  await panel.waitFor();
  const times: number[] = [];
  for (const powerState of ['low', 'on', 'off']) {
    const startedAt = performance.now();
    await switchLamp(id, powerState);
    await page.locator(`[data-testid="entity-panel"][data-powerstate="${powerState}"]`).waitFor();
    times.push(Math.round(performance.now() - startedAt));
  }
  return { ms: times };
}

/** Percent of a core. */
async function idle(devtools: CDPSession) {
  await devtools.send('Performance.enable');
  const busy = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  };
  const before = await busy();
  const endsAt = performance.now() + IDLE_MS;
  for (let n = 1; performance.now() < endsAt; n++) {
    await switchLamp(`urn:ngsi-ld:Streetlight:bench-${n * 11}`, n % 2 ? 'on' : 'off');
    await pause(3_000);
  }
  return { percent: Math.round((((await busy()) - before) * 1e5) / IDLE_MS) };
}
