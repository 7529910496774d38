import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { demoFolder } from '@alzette/territory';
import type { Browser, Page } from '@playwright/test';
import { plainPng, vectorTile, writeArchive } from '../../../scripts/pmtiles-archive.ts';
import { checkPage, launchBrowser } from '../support/pages.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;
const WORLD = { z: 0, x: 0, y: 0 } as const;
/** The whole world is a lake with one street across it. */
const LAKE = vectorTile([
  {
    name: 'water',
    properties: { kind: 'lake' },
    type: 'Polygon',
    points: [
      [0, 0],
      [4096, 0],
      [4096, 4096],
      [0, 4096],
    ],
  },
]);
const WATER = { day: '#c2dae3', night: '#0a1c27' };
const PURPLE = '#8020c0';

describe('a base map of the site', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let folder: string;
  let platform: PlatformProcess;
  let browser: Browser;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'alzette-'));
    await cp(demoFolder(), join(folder, 'town'), { recursive: true });
    const file = join(folder, 'town/territory.yaml');
    await writeFile(file, `${await readFile(file, 'utf8')}\nbaseMap: { archive: town.pmtiles }\n`);
    await keep('mvt', LAKE, '<a href="https://example.org" onclick="alert(1)">© Géomètres</a>');
    await mkdir(join(folder, 'data'));
    platform = await startPlatformProcess({
      DATA_DIR: join(folder, 'data'),
      TERRITORY: join(folder, 'town'),
      DEMO: 'off',
    });
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(folder, { recursive: true });
  });

  const keep = (type: 'mvt' | 'png', data: Buffer, attribution?: string) =>
    writeFile(
      join(folder, 'town/town.pmtiles'),
      writeArchive({ type, tiles: [{ ...WORLD, data }], ...(attribution !== undefined && { attribution }) }),
    );

  const open = async (colorScheme: 'light' | 'dark') => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'fr-FR',
      colorScheme,
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const faults: string[] = [];
    const elsewhere: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(platform.url) && !/^(?:data|blob):/.test(url)) elsewhere.push(url);
    });
    await page.goto(`${platform.url}/map`);
    return { page, faults, elsewhere, close: () => context.close() };
  };

  for (const [appearance, colorScheme] of [
    ['day', 'light'],
    ['night', 'dark'],
  ] as const) {
    test(`vector tiles are drawn in the colours of the ${appearance}, with their attribution`, async () => {
      const { page, faults, elsewhere, close } = await open(colorScheme);
      await page.locator('#map[data-base-map="vector"]').waitFor();
      await drawn(page, WATER[appearance]);
      assert.equal((await page.getByTestId('attribution').textContent())?.trim(), '© Géomètres');
      assert.equal(await page.getByTestId('attribution').locator('a').count(), 0);
      await checkPage(page);
      if (process.env.SCREENSHOTS) {
        await page.screenshot({ path: join(process.env.SCREENSHOTS, `base-map-${appearance}.png`) });
      }
      assert.deepEqual([faults, elsewhere], [[], []]);
      await close();
    });
  }

  test('images are shown as they are, and dimmed at night; a new archive needs no restart', async () => {
    await keep('png', plainPng(0x80, 0x20, 0xc0), '© Orthophoto');
    const { page, faults, elsewhere, close } = await open('dark');
    await page.locator('#map[data-base-map="image"]').waitFor();
    await drawn(page, PURPLE);
    const filter = await page.evaluate(`getComputedStyle(document.querySelector('#map .base-images')).filter`);
    assert.match(String(filter), /brightness\(0\.6\)/);
    await page.getByText('© Orthophoto').waitFor();
    assert.deepEqual([faults, elsewhere], [[], []]);
    await close();
  });

  test('without a readable archive the territory’s own vectors stay', async () => {
    await writeFile(join(folder, 'town/town.pmtiles'), 'no archive any more');
    const { page, faults, close } = await open('light');
    await page.locator('#map[data-base-map="territory"]').waitFor();
    await drawn(page, '#f3f6f1');
    assert.deepEqual(faults, []);
    await close();
  });
});

/** Waits until at least a twentieth of the map has a colour. */
async function drawn(page: Page, colour: string): Promise<void> {
  const rgb = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const isDrawn = async () =>
    (await page.evaluate(`[...document.querySelectorAll('#map canvas')].some((canvas) => {
      const { width, height } = canvas;
      if (width * height === 0) return false;
      const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
      let found = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (data[i] === ${rgb[0]} && data[i + 1] === ${rgb[1]} && data[i + 2] === ${rgb[2]}) found += 1;
      }
      return found > (width * height) / 20;
    })`)) === true;
  await eventually(`the map has ${colour}`, isDrawn, 60_000);
}
