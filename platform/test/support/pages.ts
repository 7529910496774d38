import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventually } from '@alzette/kit/testing';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Locator, type Page } from '@playwright/test';
import { PLACES } from '../../../portal/src/navigation.ts';

/**
 * Chromium without a window, if its shell is installed: it takes two thirds of the CPU time, but has no push messages,
 * cameras and full screen.
 */
export function launchBrowser(): Promise<Browser> {
  return launch(process.env.CHROMIUM_SHELL || process.env.CHROMIUM);
}

/** All of Chromium. */
export function launchWholeBrowser(): Promise<Browser> {
  return launch(process.env.CHROMIUM);
}

function launch(program: string | undefined): Promise<Browser> {
  return chromium.launch({ executablePath: program as string, args: ['--no-sandbox', SHORT_LIVED] }); // otherwise skipped
}
/** Pages live for seconds: optimising their code fully, and collecting garbage in more threads, costs more than it saves. */
const SHORT_LIVED = '--js-flags=--no-opt --single-threaded-gc';

/** @throws AssertionError: axe finds a violation, or something, or on a phone a table, is wider than the page */
export async function checkPage(page: Page): Promise<void> {
  await page.evaluate(ALONE);
  await page.evaluate(STILL);
  // A page without frames needs no second page that joins the results, and only violations are reported in full. Both
  // cost more than the rules.
  const isAlone = page.frames().length === 1;
  // Its source of half a megabyte is parsed once for each loaded page.
  const hasAxe = isAlone && Boolean(await page.evaluate('"axe" in window'));
  const axe = new AxeBuilder({ page, ...(hasAxe && { axeSource: 'undefined' }) })
    .options({ resultTypes: ['violations'] })
    .setLegacyMode(isAlone);
  const { violations } = await axe.analyze();
  const faults = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
  assert.deepEqual(faults, [], page.url());
  const excess = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
  assert.ok(excess <= 0, `${page.url()} is ${excess} px wider than the page`);
  assert.deepEqual(await page.evaluate(SIDEWAYS_ON_A_PHONE), [], `tables of ${page.url()} that scroll sideways`);
}
/** While a page of the app gives way to another, both are there, and half transparent. */
const ALONE = `new Promise((alone) => {
  const shown = (outlet) => outlet.querySelectorAll(':scope > .ion-page:not(.ion-page-hidden)').length;
  const look = () => {
    const outlets = [...document.querySelectorAll('ion-router-outlet')];
    const isAlone = outlets.every((outlet) => shown(outlet) <= 1) && !document.querySelector('.ion-page-invisible');
    return isAlone ? alone() : setTimeout(look, 50);
  };
  look();
})`;
/** Ends short animations: a label that rises from its field is pale for a moment. */
const STILL = `document
  .getAnimations()
  .filter(({ effect, playState }) => playState === 'running' && Number.isFinite(effect?.getComputedTiming().endTime))
  .forEach((animation) => animation.finish())`;
const SIDEWAYS_ON_A_PHONE = `[...document.querySelectorAll('.data-table')]
  .filter((table) => {
    const { scrollWidth, clientWidth } = table.querySelector('.v-table__wrapper');
    return innerWidth < 600 && scrollWidth > clientWidth;
  })
  .map((table) => table.getAttribute('data-testid'))`;

/** The texts of links with the browser's default colour, in light or dark mode, because no style sets their colour. */
export async function linksWithoutColour(page: Page): Promise<string[]> {
  return (await page.evaluate(OF_THE_BROWSER)) as string[];
}
const OF_THE_BROWSER = `[...document.querySelectorAll('a[href]')]
  .filter((link) => link.checkVisibility() && ['rgb(0, 0, 238)', 'rgb(158, 158, 255)'].includes(getComputedStyle(link).color))
  .map((link) => link.textContent.trim())`;

/** Opens a page of the portal by the rail and its tab, on a phone by "more": at most two clicks. @returns their number */
export async function followRail(page: Page, name: string): Promise<number> {
  const place = PLACES.find(({ parts }) => parts.some(({ pages }) => pages.includes(name)));
  assert.ok(place, `the navigation has no page ${name}`);
  const isAlone = place.parts.flatMap(({ pages }) => pages).length === 1;
  await page.getByTestId('account').waitFor();
  if ((page.viewportSize()?.width ?? 0) < 840) {
    await page.getByTestId('more').click();
    await page.getByTestId(isAlone ? `rail-${place.name}` : `index-${name}`).click();
    return 2;
  }
  await page.getByTestId(`rail-${place.name}`).click();
  if (isAlone) return 1;
  const tab = page.getByTestId(`tab-${name}`).or(page.getByTestId(`setting-${name}`));
  await tab.waitFor();
  if ((await tab.getAttribute('aria-current')) === 'page') return 1;
  await tab.click();
  return 2;
}

/** Goes to another page of the portal as its links do, which takes a third of the time of loading the portal again. */
export async function followTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`(${FOLLOW})(${JSON.stringify(path)})`);
}
/** A string, because it runs in the browser. */
const FOLLOW = `async (path) => {
  await document.querySelector('#app').__vue_app__.config.globalProperties.$router.push(path);
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
}`;

/** Opens an address of the portal: by its router from another page of the portal, else by loading it. */
export async function openPage(page: Page, url: string): Promise<void> {
  const [open, wanted] = [new URL(page.url()), new URL(url)];
  if (open.origin === wanted.origin && open.pathname !== wanted.pathname)
    await followTo(page, url.slice(wanted.origin.length));
  else await page.goto(url);
}

/** The paths of all pages of the portal, from its features. */
function portalPaths(): string[] {
  const features = fileURLToPath(new URL('../../../portal/src/features/', import.meta.url));
  return globSync('*/feature.ts', { cwd: features })
    .sort()
    .flatMap((file) =>
      [...readFileSync(features + file, 'utf8').matchAll(/\bpath: '(\/[^']*)'/g)].map(([, path = '']) => path),
    );
}

/** A lamp of the demo. */
export const LAMP = 'urn:ngsi-ld:Streetlight:villerupt-001';
/** What the demo has for pages that are not about a lamp. */
const EXAMPLES: Readonly<Record<string, string>> = {
  '/administer/procedures/:id': '/administer/procedures/bulky-waste',
  '/analyses/indicators/:id': '/analyses/indicators/burglaries',
  '/analyses/decisions/new/:model': '/analyses/decisions/new/trees',
  '/analyses/decisions/:id': '/analyses/decisions/eteindre-la-nuit',
  '/analyses/decisions/:id/summary': '/analyses/decisions/eteindre-la-nuit/summary',
  '/share/dashboards/:id': '/share/dashboards/lighting',
  '/shared/dashboards/:link': '/shared/dashboards/demo',
  '/share/datasets/:id': '/share/datasets/points-lumineux',
  '/cockpits/energy/:id': `/cockpits/energy/${encodeURIComponent('urn:ngsi-ld:Building:mairie-villerupt')}`,
};

/** The paths of all pages of the portal, with an example of the demo where a path has a parameter. */
export function demoPaths(): string[] {
  return portalPaths().map((path) => EXAMPLES[path] ?? path.replace(':id', encodeURIComponent(LAMP)));
}

/** The paths of all pages of the portal that are not about one thing, so that a new installation has them. */
export function emptyPaths(): string[] {
  return portalPaths().filter((path) => !path.includes(':'));
}

/** Chooses in a drop-down list, by keyboard. `list` is its combobox. */
export async function choose(list: Locator, option: string | RegExp): Promise<void> {
  const combobox = list.last();
  const field = combobox.locator('xpath=ancestor::*[contains(@class, "v-input")][1]');
  const item = list
    .page()
    .getByRole('option', { name: option, exact: typeof option === 'string' })
    .first();
  const isChosen = async () => {
    const text = `${await field.textContent()} ${await combobox.inputValue()}`;
    return typeof option === 'string' ? text.includes(option) : option.test(text);
  };
  let isTyped = false;
  // An open list takes the focus a moment later, and the key may then choose another of its items.
  await eventually(`${option} is chosen`, async () => {
    if (await item.isVisible()) {
      await item.press('Enter', { timeout: 1000 }).catch(() => {});
      // A second key while the list closes would open it again.
      await item.waitFor({ state: 'hidden', timeout: 1000 }).catch(() => {});
      isTyped = false;
    } else if (!isTyped && (await isChosen())) return true;
    else if (typeof option === 'string' && (await combobox.getAttribute('inputmode')) !== 'none') {
      // A list with a filter is only certain to show the typed text.
      await combobox.fill(option);
      isTyped = true;
    } else await combobox.press('ArrowDown');
    return false;
  });
}

const MAX_TABS = 250;

/** Presses the Tab key until the element has the focus; from one row of a table to another, the arrow keys. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  const focused = target.and(page.locator(':focus, :focus-within'));
  for (let presses = 0; presses < MAX_TABS; presses++) {
    if ((await focused.count()) > 0) return;
    const key = await target.evaluate((element) => {
      const row = 'button[data-row]'; // the rows of a table are one stop of the Tab key
      const { activeElement } = element.ownerDocument;
      const isRow = element.matches(row) && activeElement?.matches(row);
      if (!isRow || !element.closest('table')?.contains(activeElement)) return 'Tab';
      const isBelow = activeElement.compareDocumentPosition(element) & 4; // DOCUMENT_POSITION_FOLLOWING
      return isBelow ? 'ArrowDown' : 'ArrowUp';
    });
    await page.keyboard.press(key);
  }
  assert.fail(`the keyboard does not reach ${target}`);
}
