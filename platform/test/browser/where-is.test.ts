import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import { onServer } from '../support/own-database.ts';
import { checkPage, launchBrowser, tabTo } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { createUser, sendJson } from '../support/send-json.ts';

const { CHROMIUM, SCREENSHOTS } = process.env;
const PATIENCE_MS = 120_000;
const REACTION_MS = 20_000;
const PASSWORD = 'canal-Tilleul-48-forge';
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const MOST_CLICKS = 2;
/** The roles of the table, and the pages that their days begin with. */
const ROLES = [
  { who: 'exploitant', role: 'operator', home: '/', may: ['read', 'write'] },
  { who: 'astreinte', role: 'duty', home: '/watch', may: ['read', 'write'] },
  { who: 'prestataire', role: 'contractor', home: '/operations/work-orders?view=map', may: ['read', 'write'] },
  { who: 'élu', role: 'elected', home: '/figures', may: ['read'] },
  { who: 'administrateur', role: 'administrator', home: '/administer/health', may: [] },
] as const;

interface Task {
  readonly who: string;
  readonly task: string;
  readonly place: string;
  readonly tab?: string;
}

/** The rows of the documentation's table of what people look for. */
async function readTasks(): Promise<Task[]> {
  const source = await readFile(new URL('../../../docs/fr/where-is.md', import.meta.url), 'utf8');
  const rows = source
    .replaceAll("'", '’')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  return rows.slice(1).map((line) => {
    const [, who = '', task = '', path = ''] = line.split('|').map((cell) => cell.trim());
    const [place = '', tab] = path.split(' → ');
    return { who, task, place, ...(tab && { tab }) };
  });
}

describe('where is it', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let url: string;
  let tasks: Task[];

  before(async () => {
    tasks = await readTasks();
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const port = await freePort();
    url = `http://localhost:${port}`;
    const database = await onServer(dataDir);
    const environment = { DATA_DIR: dataDir, ...database, PORT: String(port), DEMO: 'off', MQTT_PORT: '0' };
    // Open access first, to create the accounts; then enforced, on the same data.
    platform = await startPlatformProcess({ ...environment, ACCESS: 'open' });
    for (const { role, may } of ROLES) {
      if (may.length > 0) await sendJson(url, 'PUT', `/ops/access/policies/${role}`, { who: { roles: [role] }, may });
      await createUser(url, { username: `the-${role}`, roles: [role], language: 'fr' }, PASSWORD);
    }
    await platform.stop();
    platform = await startPlatformProcess({ ...environment, ACCESS: 'enforced' });
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function signedIn(role: string): Promise<Page> {
    const context = await browser.newContext({
      locale: 'fr-FR',
      viewport: DESKTOP,
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('Identifiant').fill(`the-${role}`);
    await page.getByLabel('Mot de passe').fill(PASSWORD);
    await page.keyboard.press('Enter');
    if (role === 'administrator') {
      const secret = (await page.locator('.code').textContent()) ?? '';
      await page.getByLabel('Code à six chiffres').fill(new TOTP({ secret: Secret.fromBase32(secret) }).generate());
      await page.keyboard.press('Enter');
    }
    await page.getByTestId('account').waitFor();
    return page;
  }

  const railOf = (page: Page) => page.getByRole('navigation', { name: 'Pages', exact: true });

  /** By the words of the table. The rail is on every page. @returns the number of clicks */
  async function goTo(page: Page, { place, tab }: Task): Promise<number> {
    const entry = railOf(page).getByRole('link', { name: place, exact: true });
    const isThere = async () => (await entry.getAttribute('aria-current')) === 'page';
    let clicks = 0;
    if (!(await isThere())) {
      await entry.click();
      clicks += 1;
    }
    if (tab === undefined) return clicks;
    const tabs = page.getByTestId('tabs').or(page.getByRole('main'));
    const link = tabs.getByRole('link', { name: tab, exact: true }).first();
    await link.waitFor();
    if ((await link.getAttribute('aria-current')) === 'page') return clicks;
    await link.click();
    return clicks + 1;
  }

  for (const { who, role, home } of ROLES) {
    test(`${role}: begins at home, and finds everything within two clicks`, async () => {
      const page = await signedIn(role);
      await page.waitForURL((address) => `${address.pathname}${address.search}` === home);
      await page.locator('h1').first().waitFor();
      if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `home-${role}.png`) });
      const own = tasks.filter((task) => task.who === who);
      assert.ok(own.length >= 4, `${who} has ${own.length} tasks`);
      const faults: string[] = [];
      for (const task of own) {
        const clicks = await goTo(page, task);
        const tab = page.getByTestId('tabs').getByRole('link', { name: task.tab ?? '', exact: true });
        const isCurrent = page.locator('[aria-current="page"]');
        const place = railOf(page).getByRole('link', { name: task.place, exact: true });
        const there = (task.tab === undefined ? place : tab).and(isCurrent);
        const isThere = await there
          .first()
          .waitFor({ state: 'attached', timeout: REACTION_MS })
          .then(
            () => true,
            () => false,
          );
        if (!isThere) faults.push(`${task.task}: leads to ${page.url()}`);
        if (clicks > MOST_CLICKS) faults.push(`${task.task}: ${clicks} clicks`);
        if (await page.getByTestId('forbidden').count()) faults.push(`${task.task}: ${page.url()} is forbidden`);
      }
      assert.deepEqual(faults, []);
      await page.locator('.top-bar__brand').click();
      await page.waitForURL((address) => `${address.pathname}${address.search}` === home);
      await page.context().close();
    });
  }

  test('on a phone the same pages are behind "more", each one choice away', async () => {
    const page = await signedIn('contractor');
    await page.setViewportSize(PHONE);
    await page.waitForURL((address) => address.pathname === '/operations/work-orders');
    await page.getByTestId('more').click();
    await page.getByRole('dialog', { name: 'Pages' }).waitFor();
    await checkPage(page);
    await page.keyboard.press('Escape');
    for (const { place, tab } of tasks.filter(({ who }) => who === 'prestataire')) {
      await page.getByTestId('more').click();
      const dialog = page.getByRole('dialog', { name: 'Pages' });
      await dialog.getByRole('link', { name: tab ?? place, exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
      await page.getByRole('heading', { level: 1 }).first().waitFor();
    }
    await page.context().close();
  });

  test('by keyboard only, a setting is found by a word of its explanation, and opened', async () => {
    const page = await signedIn('operator');
    await tabTo(page, railOf(page).getByRole('link', { name: 'Réglages' }));
    await page.keyboard.press('Enter');
    const search = page
      .getByTestId('settings-search')
      .getByRole('searchbox')
      .or(page.getByTestId('settings-search').locator('input'));
    await tabTo(page, search.first());
    await page.keyboard.type('mot de passe');
    await page.getByTestId('setting-keys').waitFor();
    assert.equal(await page.getByTestId('setting-rules').count(), 0);
    await checkPage(page);
    await tabTo(page, page.getByTestId('setting-keys'));
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/keys$/);
    await page.context().close();
  });
});
