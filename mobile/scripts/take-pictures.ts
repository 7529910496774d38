import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { appPaths } from '../../platform/test/support/app-pages.ts';

/*
 * `CHROMIUM=/usr/bin/chromium npm run pictures --workspace mobile -- http://localhost:1026`: takes the pictures of
 * every page for docs/app-inside.md, light and dark, from a product with the demo. The URL must equal its PUBLIC_URL, because
 * photos are linked by it. A second argument selects pages by a part of their path.
 */
const PICTURES = join(import.meta.dirname, '../../docs/images/app');
const PHONE = { width: 390, height: 844 };
const QUALITY = 70;
const SETTLE_MS = 1_000;
const VILLERUPT = { longitude: 5.9312, latitude: 49.4702 };

const [url = 'http://127.0.0.1:1026', only = ''] = process.argv.slice(2);
const browser = await chromium.launch({
  ...(process.env.CHROMIUM && { executablePath: process.env.CHROMIUM }),
  args: ['--no-sandbox'],
});
const paths = await appPaths(url);
if (only === '') await rm(PICTURES, { recursive: true, force: true });
await mkdir(PICTURES, { recursive: true });
for (const colorScheme of ['light', 'dark'] as const) {
  const context = await browser.newContext({
    viewport: PHONE,
    colorScheme,
    locale: 'fr-FR',
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
    permissions: ['geolocation'],
    geolocation: VILLERUPT,
  });
  await context.addInitScript(`localStorage.setItem('alzette.place', 'here')`);
  for (const path of paths) if (path.includes(only)) await take(context, path, colorScheme);
  await context.close();
}
await browser.close();

/** The browser encodes WebP itself, which suits pictures of pages with large flat areas. */
async function take(context: BrowserContext, path: string, scheme: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${url}/app${path}`);
  await page.locator('h1:visible').first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.locator('.ghost').first().waitFor({ state: 'hidden' });
  await page.waitForTimeout(SETTLE_MS);
  const session = await context.newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  const name = path.split('/').filter(Boolean).map(nameOf).join('-');
  await writeFile(join(PICTURES, `${name}-${scheme}.webp`), Buffer.from(data, 'base64'));
  await page.close();
}

/** A file name without ids, so that pictures keep their names when ids and links change. */
function nameOf(part: string): string {
  return /^urn|^[0-9A-Z]{10}$|^.{24,}$/.test(part) ? 'one' : part;
}
