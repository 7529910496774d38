import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import { territoryLink } from '../support/lamps.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, launchBrowser, tabTo } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { createUser, sendJson } from '../support/send-json.ts';

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 120_000;
const PASSWORD = 'canal-Tilleul-48-forge';
/** A folder for screenshots, to inspect the pages. */
const { SCREENSHOTS } = process.env;
const IN_THIL = { lat: 49.4711, lon: 5.9086 };
const IN_VILLERUPT = { lat: 49.4703, lon: 5.9312 };

/** By keyboard only, except the sign-in. */
describe('the desk of reports as an agent of one commune, as the community, as a contractor', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let url: string;
  const ids = { thil: '', villerupt: '', given: '' };

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const port = await freePort();
    url = `http://localhost:${port}`;
    // Open access first, for the settings of an administrator; then enforced, on the same data.
    const environment = {
      DATA_DIR: dataDir,
      ...(await onServer(dataDir)),
      PORT: String(port),
      DEMO: 'off',
      MQTT_PORT: '0',
    };
    platform = await startPlatformProcess({ ...environment, ACCESS: 'open' });
    await send('PUT', '/ops/identity/organisations/lumieres', { name: 'Lumières', kind: 'contractor' });
    const people = [
      { username: 'agent', role: 'desk-of-thil', scopeQ: '/Thil/#' },
      { username: 'community', role: 'desk-of-all' },
      { username: 'contractor', role: 'repairs', scopeQ: '/{organisation}/#', organisation: 'lumieres' },
    ];
    for (const { username, role, scopeQ, organisation } of people) {
      await send('PUT', `/ops/identity/roles/${role}`, {});
      const policy = { who: { roles: [role] }, may: ['read', 'write'], ...(scopeQ && { scopeQ }) };
      await send('PUT', `/ops/access/policies/${role}`, policy);
      const user = { username, roles: [role], language: 'fr', ...(organisation && { organisation }) };
      await createUser(url, user, PASSWORD);
    }
    const report = async (category: string, location: object) => {
      const contact = { name: 'Ada Lovelace', email: 'ada@example.org' };
      return (await send('POST', '/reports', { category, location, contact, description: `Devant le ${category}` })).id;
    };
    ids.thil = await report('pothole', IN_THIL);
    ids.villerupt = await report('tree', IN_VILLERUPT);
    ids.given = await report('street-light', IN_VILLERUPT);
    await send('POST', `/reports/${ids.given}/acts`, { act: 'assign', organisation: 'lumieres' });
    await platform.stop();
    platform = await startPlatformProcess({ ...environment, ACCESS: 'enforced' });
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const send = (method: string, path: string, body: object) =>
    sendJson<{ id: string }>(url, method, path, body, territoryLink(url));

  /** The desk of a signed-in user. */
  async function deskOf(username: string): Promise<Page> {
    const viewport = { width: 1440, height: 900 };
    const context = await browser.newContext({
      locale: 'fr-FR',
      viewport,
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await page.goto(`${url}/operate/reports`);
    await page.getByLabel('Identifiant').fill(username);
    await page.getByLabel('Mot de passe').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByTestId('account').waitFor();
    if (!page.url().includes('/operate/reports')) await page.goto(`${url}/operate/reports`);
    return page;
  }

  const rowOf = (page: Page, name: RegExp) => page.getByRole('button', { name }).first();
  const ROWS = { thil: /Trou dans la chaussée/, villerupt: /Arbre/, given: /Lampadaire/ };

  async function sees(page: Page, expected: readonly (keyof typeof ROWS)[]): Promise<void> {
    for (const key of expected) await rowOf(page, ROWS[key]).waitFor();
    const others = (Object.keys(ROWS) as (keyof typeof ROWS)[]).filter((key) => !expected.includes(key));
    for (const key of others) assert.equal(await page.getByRole('button', { name: ROWS[key] }).count(), 0, key);
  }

  async function press(page: Page, target: ReturnType<typeof rowOf>): Promise<void> {
    await tabTo(page, target);
    await page.keyboard.press('Enter');
  }
  async function look(page: Page, name: string): Promise<void> {
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `desk-${name}.png`), fullPage: true });
    await checkPage(page);
  }

  test('an agent sees the reports of their commune, publishes and answers them by keyboard, and sees only their statistics', async () => {
    const page = await deskOf('agent');
    await sees(page, ['thil']);
    await press(page, rowOf(page, ROWS.thil));
    await page.getByTestId('report-moderation').filter({ hasText: 'À modérer' }).waitFor();
    await press(page, page.getByTestId('see-contact'));
    await page.getByTestId('contact').filter({ hasText: 'Ada Lovelace' }).waitFor();
    await look(page, 'agent');
    await press(page, page.getByTestId('act-accept'));
    await page.getByTestId('report-moderation').filter({ hasText: 'Public' }).waitFor();
    await tabTo(page, page.getByTestId('reply').getByRole('textbox'));
    await page.keyboard.type('Nous passons mardi');
    await press(page, page.getByTestId('act-answer'));
    await page.getByText('Nous passons mardi').first().waitFor();
    const shown = (await (await fetch(`${url}/citizen/v1/reports/${ids.thil}`)).json()) as { timeline: object[] };
    assert.match(JSON.stringify(shown.timeline), /Nous passons mardi/);

    await page.goto(`${url}/operate/reports?report=${ids.villerupt}`);
    await page.getByText('404').or(page.getByRole('alert')).first().waitFor();
    await page.goto(`${url}/operate/report-statistics`);
    await page.getByText('Par commune').first().waitFor();
    await page.getByText('Thil').first().waitFor();
    assert.equal(await page.getByRole('button', { name: 'Villerupt' }).count(), 0);
    await look(page, 'agent-statistics');
    await page.context().close();
  });

  test('the community sees all reports, and moderates in every commune', async () => {
    const page = await deskOf('community');
    await sees(page, ['thil', 'villerupt', 'given']);
    await press(page, rowOf(page, ROWS.villerupt));
    await page.getByTestId('act-accept').waitFor();
    await look(page, 'community');
    await page.context().close();
  });

  test('a contractor sees its assigned reports, answers them, and moderates nothing', async () => {
    const page = await deskOf('contractor');
    await sees(page, ['given']);
    await press(page, rowOf(page, ROWS.given));
    await page.getByTestId('reply').waitFor();
    for (const hidden of ['act-accept', 'act-hide', 'see-contact', 'organisation']) {
      assert.equal(await page.getByTestId(hidden).count(), 0, hidden);
    }
    assert.equal(await page.getByText('Devant le street-light').count(), 0, 'what nobody has accepted is not for them');
    await look(page, 'contractor');
    await tabTo(page, page.getByTestId('reply').getByRole('textbox'));
    await page.keyboard.type('Réparé ce matin');
    await press(page, page.getByTestId('act-answer'));
    await page.getByText('Réparé ce matin').first().waitFor();
    await page.context().close();
  });
});
