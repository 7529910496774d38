import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import sharp from 'sharp';
import { onServer } from '../support/own-database.ts';
import { checkPage, launchBrowser, openPage } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 60_000;
/** A rectangle of one colour. */
const block = (width: number, height: number, background: string) =>
  ({ width, height, channels: 3, background }) as const;

describe('the desk of reports, in a browser', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let page: Page;
  let url: string;
  let id: string;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const port = await freePort();
    url = `http://localhost:${port}`;
    platform = await startPlatformProcess({
      DATA_DIR: dataDir,
      ...(await onServer(dataDir)),
      PORT: String(port),
      DEMO: 'off',
      MQTT_PORT: '0',
    });
    const location = { lat: 49.4703, lon: 5.9312 };
    const photos = [await postPhoto()];
    ({ id } = await post('/reports', { category: 'pothole', location, description: 'Un grand trou', photos }));
    await post('/reports', { category: 'tree', location, description: 'Une branche' });
    browser = await launchBrowser();
    const viewport = { width: 1440, height: 900 };
    const context = await browser.newContext({
      locale: 'fr-FR',
      viewport,
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function postPhoto(): Promise<string> {
    // A car with its number plate.
    const picture = sharp({ create: block(800, 600, '#9ab') }).composite([
      { input: { create: block(500, 260, '#346') }, left: 150, top: 200 },
      { input: { create: block(200, 50, '#fff') }, left: 300, top: 380 },
    ]);
    const body = new Uint8Array(await picture.jpeg().toBuffer());
    const headers = { 'content-type': 'image/jpeg' };
    const response = await fetch(`${url}/citizen/v1/reports/photos`, { method: 'POST', headers, body });
    assert.equal(response.status, 201);
    return ((await response.json()) as { readonly token: string }).token;
  }

  async function post(path: string, body: object): Promise<{ id: string }> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(response.status, 201);
    return (await response.json()) as { id: string };
  }

  test('a report is published, answered and assigned as work; no view has an axe violation', async () => {
    await page.goto(`${url}/operate/reports`);
    // By keyboard only: the row opens, and the focus moves to the drawer.
    await page
      .getByRole('button', { name: /Trou dans la chaussée/ })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    const moderation = page.getByTestId('report-moderation');
    await moderation.filter({ hasText: 'À modérer' }).waitFor();
    await checkPage(page);
    const photo = page.getByRole('img', { name: 'Photo 1 du signalement' });
    const asSent = await photo.getAttribute('src');
    await page.getByTestId('blur-open').press('Enter');
    await page.getByTestId('blur-add').press('Enter');
    const area = page.getByRole('button', { name: 'Zone 1' });
    for (const key of ['ArrowDown', 'ArrowDown', 'Shift+ArrowRight']) await area.press(key);
    const stage = (await page.getByTestId('blur-stage').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(stage.x + stage.width * 0.36, stage.y + stage.height * 0.62);
    await page.mouse.down();
    await page.mouse.move(stage.x + stage.width * 0.65, stage.y + stage.height * 0.73, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Zone 2' }).waitFor();
    await checkPage(page);
    await page.getByTestId('blur-save').press('Enter');
    await page.locator(`img[alt="Photo 1 du signalement"]:not([src="${asSent}"])`).waitFor();
    await page.getByTestId('act-accept').focus();
    await page.keyboard.press('Enter');
    await moderation.filter({ hasText: 'Public' }).waitFor();
    await page.getByTestId('reply').getByRole('textbox').fill('Nous passons mardi');
    await page.getByTestId('act-answer').click();
    await page.getByText('Nous passons mardi').first().waitFor();
    await page.getByTestId('act-work-order').click();
    await page.getByTestId('report-status').filter({ hasText: 'Planifié' }).waitFor();
    const answer = await fetch(`${url}/citizen/v1/reports/${id}`);
    const shown = (await answer.json()) as { readonly description: string; readonly status: string };
    assert.deepEqual([shown.description, shown.status], ['Un grand trou', 'planned']);

    await page.goto(`${url}/operate/reports?category=tree`);
    await page.getByRole('button', { name: /Arbre/ }).first().waitFor();
    assert.equal(
      await page.getByRole('button', { name: /Trou dans la chaussée/ }).count(),
      0,
      'the link holds the filter',
    );
    await page.goto(`${url}/operate/reports?view=board`);
    await page.getByRole('region', { name: 'Signalements par état' }).waitFor();
    await checkPage(page);
    await openPage(page, `${url}/operate/report-statistics`);
    await page.getByText('Par commune').first().waitFor();
    await checkPage(page);
  });

  test('settings of administrators: categories, replies, intake, keys, block lists', async () => {
    for (const name of ['categories?open=tree', 'replies', 'intake', 'keys', 'blocks']) {
      await openPage(page, `${url}/administer/reports/${name}`);
      await page.getByTestId('tabs').waitFor();
      await checkPage(page);
    }
    await openPage(page, `${url}/administer/reports/categories?open=tree`);
    await page.getByTestId('field-promisedDays').getByRole('textbox').fill('3');
    await page.getByTestId('save').click();
    await page.getByTestId('act-reset').waitFor();
    const days = async () => {
      const { categories } = (await (await fetch(`${url}/citizen/v1/reports/categories`)).json()) as {
        categories: { code: string; promisedDays: number; questions: object[] }[];
      };
      return categories.find(({ code }) => code === 'tree')?.promisedDays;
    };
    assert.equal(await days(), 3);
    await page.getByTestId('act-reset').click();
    await page.getByTestId('confirm').click();
    await page.getByTestId('act-reset').waitFor({ state: 'detached' });
    assert.notEqual(await days(), 3);

    await openPage(page, `${url}/administer/reports/keys?open=%2B`);
    await page.getByTestId('field-name').getByRole('textbox').fill('Autre application');
    await page.getByTestId('save').click();
    const said = (await page.getByTestId('said').textContent()) ?? '';
    const form = new URLSearchParams({
      api_key: / ([\w-]{30,})$/.exec(said)?.[1] ?? '',
      service_code: 'pothole',
      lat: '49.4703',
      long: '5.9312',
    });
    const posted = await fetch(`${url}/open311/v2/requests.json`, { method: 'POST', body: form });
    assert.equal(posted.status, 201, said);
  });

  test('several reports are merged into the oldest', async () => {
    await openPage(page, `${url}/operate/reports?category=pothole`);
    await page.getByLabel('Tout sélectionner').check();
    await page.getByTestId('bulk-merge').click();
    const beside = page.getByTestId('merge-dialog');
    await beside.getByText('Un grand trou').waitFor();
    await beside.getByRole('img', { name: `Photo du signalement ${id}` }).waitFor();
    await beside.getByText('Sans texte').waitFor();
    assert.equal(await beside.getByRole('radio', { checked: true }).getAttribute('value'), id, 'the oldest');
    await checkPage(page);
    await beside.getByTestId('merge-now').click();
    await page.getByTestId('bulk-merge').waitFor({ state: 'detached' });
    const shown = (await (await fetch(`${url}/citizen/v1/reports/${id}`)).json()) as { readonly supporters: number };
    assert.equal(shown.supporters, 1);
  });

  test('an article gets an image with a description; a calendar is imported', async () => {
    await openPage(page, `${url}/share/publications/edit?kind=news`);
    await page.getByTestId('title').getByRole('textbox').fill('Le pont est ouvert');
    const buffer = await sharp({ create: { width: 400, height: 200, channels: 3, background: '#38a' } })
      .jpeg()
      .toBuffer();
    const input = page.getByTestId('image-file').locator('input[type=file]');
    await input.setInputFiles({ name: 'pont.jpg', mimeType: 'image/jpeg', buffer });
    await page.getByTestId('image-text').getByRole('textbox').fill('Le nouveau pont');
    await checkPage(page);
    await page.getByTestId('publish').click();
    await page.waitForURL(/item=/);
    const { items } = (await (await fetch(`${url}/citizen/v1/news`)).json()) as {
      items: { image?: { url: string; alt: string } }[];
    };
    assert.equal(items[0]?.image?.alt, 'Le nouveau pont');
    assert.equal((await fetch(new URL(items[0]?.image?.url ?? '', url))).status, 200);

    await openPage(page, `${url}/share/feeds`);
    await page.getByTestId('import').getByText('Reprendre un fichier').click();
    const event = ['BEGIN:VEVENT', 'UID:1', 'DTSTART:20990101T180000Z', 'SUMMARY:Bal', 'END:VEVENT'];
    const calendar = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', ...event, 'END:VCALENDAR'].join('\r\n');
    await page
      .getByTestId('import-file')
      .locator('input[type=file]')
      .setInputFiles({ name: 'agenda.ics', mimeType: 'text/calendar', buffer: Buffer.from(calendar) });
    await page.getByTestId('import-take').click();
    await page.getByTestId('import-outcome').filter({ hasText: 'Nouveaux : 1 ' }).waitFor();
    await checkPage(page);
    await openPage(page, `${url}/administer/app`);
    await page.getByTestId('field-modules').waitFor();
    await checkPage(page);
  });
});
