import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { demoPaths, LAMP } from '../../platform/test/support/pages.ts';

/*
 * `CHROMIUM=/usr/bin/chromium npm run pictures --workspace portal -- http://localhost:1026`: takes the pictures for
 * docs/portal-inside.md, other pages and the README, from a product with the demo: a small one of every page in each look, with a table of
 * them, and large ones of some. A second argument selects pages by a part of their path, a third one of the looks.
 */
const IMAGES = join(import.meta.dirname, '../../docs/images');
const PICTURES = join(IMAGES, 'portal');
const DOCUMENT = join(import.meta.dirname, '../../docs/portal-inside.md');
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
interface Look {
  readonly name: string;
  readonly title: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: 'light' | 'dark';
  readonly locale: string;
}
const LOOKS = [
  { name: 'light', title: 'French, light', viewport: DESKTOP, colorScheme: 'light', locale: 'fr-FR' },
  { name: 'dark', title: 'French, dark', viewport: DESKTOP, colorScheme: 'dark', locale: 'fr-FR' },
  { name: 'phone-en', title: 'English, on a phone', viewport: PHONE, colorScheme: 'light', locale: 'en-GB' },
] as const satisfies readonly Look[];
/** Large enough to recognise the page, small enough for the repository. */
const SMALL = { scale: 0.6, quality: 60 };
const LARGE = { scale: 1, quality: 80 };
type Size = typeof SMALL;
const LARGE_PICTURES = [
  { name: 'today', path: '/', look: 'light' },
  { name: 'map', path: '/map', look: 'light' },
  { name: 'map-en', path: '/map', look: 'light', locale: 'en-GB' },
  { name: 'map-phone-dark', path: '/map', look: 'dark', viewport: PHONE },
  { name: 'alarms-board', path: '/operations/alarms?view=board', look: 'light' },
  { name: 'equipment-dark', path: `/e/${encodeURIComponent(LAMP)}`, look: 'dark' },
  { name: 'command', path: `/operate/commands?open=%2B&lamp=${encodeURIComponent(LAMP)}`, look: 'light' },
] as const;
const SETTLE_MS = 1_500;
const PATIENCE_MS = 60_000;

const [url = 'http://localhost:1026', only = '', ofLook = ''] = process.argv.slice(2);
const browser = await chromium.launch({
  ...(process.env.CHROMIUM && { executablePath: process.env.CHROMIUM }),
  args: ['--no-sandbox'],
});
if (only === '' && ofLook === '') await rm(PICTURES, { recursive: true, force: true });
await mkdir(PICTURES, { recursive: true });
for (const look of LOOKS) {
  if (ofLook !== '' && look.name !== ofLook) continue;
  const context = await contextOf(look);
  for (const path of demoPaths()) {
    if (path.includes(only) && !path.includes('/:'))
      await take(context, path, look, join(PICTURES, `${fileOf(path)}-${look.name}`), SMALL);
  }
  await context.close();
}
for (const { name, path, look: lookName, ...changed } of LARGE_PICTURES) {
  if (!path.includes(only) || (ofLook !== '' && lookName !== ofLook)) continue;
  const look = { ...(LOOKS.find((each) => each.name === lookName) as Look), ...changed };
  const context = await contextOf(look);
  await take(context, path, look, join(IMAGES, `portal-${name}`), LARGE);
  await context.close();
}
await writeTable();
await browser.close();

async function contextOf({ viewport, colorScheme, locale }: Omit<Look, 'name' | 'title'>): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport,
    colorScheme,
    locale,
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

/** The browser encodes WebP itself, which suits pictures of pages with large flat areas. @param file without extension */
async function take(
  context: BrowserContext,
  path: string,
  { viewport }: Pick<Look, 'viewport'>,
  file: string,
  { scale, quality }: Size,
): Promise<void> {
  const page = await context.newPage();
  await page.goto(url + path);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.locator('[data-testid="loading"], [aria-busy="true"]').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(SETTLE_MS);
  const session = await context.newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'webp',
    quality,
    clip: { x: 0, y: 0, ...viewport, scale },
  });
  await writeFile(`${file}.webp`, Buffer.from(data, 'base64'));
  await page.close();
}

/** Replaces the table at the end of the document; it has the pictures that there are. */
async function writeTable(): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const picture = (name: string) =>
    existsSync(join(PICTURES, `${name}.webp`)) ? `![${name}](images/portal/${name}.webp)` : '–';
  const rows = demoPaths()
    .map(fileOf)
    .sort()
    .map((file) => row([file, ...LOOKS.map(({ name }) => picture(`${file}-${name}`))]));
  const head = [row(['page', ...LOOKS.map(({ title }) => title)]), `|${'---|'.repeat(LOOKS.length + 1)}`];
  await writeFile(DOCUMENT, `${text.slice(0, text.indexOf('| page |'))}${[...head, ...rows].join('\n')}\n`);
}

function fileOf(path: string): string {
  return path.split('/').filter(Boolean).map(nameOf).join('-') || 'today';
}

/** A file name without ids, so that pictures keep their names when ids change. */
function nameOf(part: string): string {
  return part.startsWith('urn') ? 'one' : part;
}
