import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { demoPaths } from '../../platform/test/support/pages.ts';

/*
 * `CHROMIUM=/usr/bin/chromium npm run pictures --workspace portal -- http://localhost:1026`: takes the pictures of
 * every page for docs/portal.md, light and dark, from a product with the demo. A second argument selects pages by a
 * part of their path.
 */
const PICTURES = join(import.meta.dirname, '../../docs/images/portal');
const DESKTOP = { width: 1440, height: 900 };
/** Scale of the pictures: large enough to recognise the page, small enough for the repository. */
const SCALE = 0.6;
const QUALITY = 60;
const SETTLE_MS = 1_500;
const PATIENCE_MS = 60_000;

const [url = 'http://localhost:1026', only = ''] = process.argv.slice(2);
const browser = await chromium.launch({
  ...(process.env.CHROMIUM && { executablePath: process.env.CHROMIUM }),
  args: ['--no-sandbox'],
});
if (only === '') await rm(PICTURES, { recursive: true, force: true });
await mkdir(PICTURES, { recursive: true });
for (const colorScheme of ['light', 'dark'] as const) {
  const context = await browser.newContext({
    viewport: DESKTOP,
    colorScheme,
    locale: 'fr-FR',
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  for (const path of demoPaths()) if (path.includes(only)) await take(context, path, colorScheme);
  await context.close();
}
await browser.close();

/** The browser encodes WebP itself, which suits pictures of pages with large flat areas. */
async function take(context: BrowserContext, path: string, scheme: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(url + path);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.locator('[data-testid="loading"], [aria-busy="true"]').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(SETTLE_MS);
  const session = await context.newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'webp',
    quality: QUALITY,
    clip: { x: 0, y: 0, ...DESKTOP, scale: SCALE },
  });
  const name = path.split('/').filter(Boolean).map(nameOf).join('-') || 'today';
  await writeFile(join(PICTURES, `${name}-${scheme}.webp`), Buffer.from(data, 'base64'));
  await page.close();
}

/** A file name without ids, so that pictures keep their names when ids change. */
function nameOf(part: string): string {
  return part.startsWith('urn') ? 'one' : part;
}
