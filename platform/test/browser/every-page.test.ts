import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser } from '@playwright/test';
import { FEATURES } from '../../../portal/src/features.ts';
import { checkPage, launchBrowser } from '../support/pages.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;
const IMAGES = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const SETTLED_MS = 15_000;

/** Each page is seen in one of them, in turn; with EVERY_LOOK in all. */
const LOOKS = [
  { width: 1440, height: 900, colorScheme: 'light', locale: 'fr-FR' },
  { width: 390, height: 844, colorScheme: 'dark', locale: 'en-GB' },
  { width: 1440, height: 900, colorScheme: 'dark', locale: 'en-GB' },
  { width: 390, height: 844, colorScheme: 'light', locale: 'fr-FR' },
] as const;

/** Pages that show one thing need its id. */
const PARAMETERS: Readonly<Record<string, string>> = { id: 'urn:ngsi-ld:Streetlight:villerupt-001' };

describe('every page of the portal', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    platform = await startPlatformProcess({ DATA_DIR: dataDir });
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const paths = FEATURES.flatMap(({ pages }) => pages).map(({ name, path }) => ({
    name,
    path: path.replace(/:(\w+)/g, (_, parameter: string) => encodeURIComponent(PARAMETERS[parameter] ?? '')),
  }));

  for (const [turn, { width, height, colorScheme, locale }] of LOOKS.entries()) {
    test(`${width} px, ${colorScheme}, ${locale}: no violation, no error on the console, a title of its own`, async () => {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme,
        locale,
        reducedMotion: 'reduce',
        serviceWorkers: 'block',
      });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(`${page.url()}: ${message.text()} ${message.location().url}`);
      });
      const titles = new Map<string, string>();
      for (const [i, { name, path }] of paths.entries()) {
        if (!process.env.EVERY_LOOK && i % LOOKS.length !== turn) continue;
        await page.goto(platform.url + path);
        try {
          await page.locator('h1').first().waitFor({ state: 'attached', timeout: SETTLED_MS });
          await page.locator('.loading-state').first().waitFor({ state: 'detached', timeout: SETTLED_MS });
        } catch {
          faults.push(`${path} is not there after ${SETTLED_MS / 1000} s`);
        }
        await checkPage(page).catch((fault: unknown) => faults.push(String(fault)));
        if (process.env.UPDATE_SCREENSHOTS) {
          const file = `page-${name}-${width}-${colorScheme}.png`;
          await page.screenshot({
            path: join(process.env.UPDATE_SCREENSHOTS === '1' ? IMAGES : process.env.UPDATE_SCREENSHOTS, file),
          });
        }
        const title = await page.title();
        const other = titles.get(title);
        if (other !== undefined) faults.push(`${path} and ${other} are both called "${title}"`);
        titles.set(title, path);
      }
      assert.deepEqual(faults, []);
      await context.close();
    });
  }
});
