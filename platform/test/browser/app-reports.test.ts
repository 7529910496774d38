import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import sharp from 'sharp';
import { writeReport } from '../support/app-pages.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, tabTo } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { qrVideo } from '../support/qr-video.ts';
import { KEPT, watchWorker } from '../support/report-phone.ts';
import { sendJson } from '../support/send-json.ts';

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 60_000;
const LAMP = 'urn:ngsi-ld:Streetlight:villerupt-042';
const AUMETZ = { longitude: 5.9413, latitude: 49.4176 };
const LAMP_AT = { longitude: 5.9312, latitude: 49.4702 };
const ROAD_OF_OTHERS = {
  name: { fr: 'Route départementale' },
  description: { fr: 'Routes « D »' },
  group: { fr: 'Voirie' },
  icon: 'highway',
  competence: 'department',
  promisedDays: 30,
  duplicateRadius: 50,
  contact: { name: 'Département de la Moselle', url: 'https://moselle.example' },
  contacts: [
    { communes: ['villerupt', 'thil'], name: 'Département de Meurthe-et-Moselle', email: 'routes@example.org' },
  ],
};
const PHONE = { viewport: { width: 390, height: 844 }, locale: 'fr-FR', reducedMotion: 'reduce' } as const;
/** The smallest valid image: a red point. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
const PHOTO = { name: 'photo.png', mimeType: 'image/png', buffer: PNG };

interface DeskReport {
  readonly id: string;
  readonly category: string;
  readonly asset?: string;
  readonly photos: readonly unknown[];
}

describe('reports in the citizens’ app', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let url: string;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const port = await freePort();
    url = `http://localhost:${port}`;
    const settings = { PORT: String(port), PUBLIC_URL: url, DEMO: 'off', MQTT_PORT: '0' };
    platform = await startPlatformProcess({ DATA_DIR: dataDir, ...(await onServer(dataDir)), ...settings });
    const video = join(dataDir, 'label.y4m');
    await writeFile(video, qrVideo(`${url}/app/e/${encodeURIComponent(LAMP)}`));
    browser = await chromium.launch({
      executablePath: CHROMIUM as string, // otherwise skipped
      args: ['--no-sandbox', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${video}`],
    });
    await send('PUT', '/reports/categories/department-road', ROAD_OF_OTHERS);
    await send('POST', '/ngsi-ld/v1/entities', {
      id: LAMP,
      type: 'Streetlight',
      name: { type: 'Property', value: 'villerupt-042' },
      location: {
        type: 'GeoProperty',
        value: { type: 'Point', coordinates: [LAMP_AT.longitude, LAMP_AT.latitude] },
      },
      '@context': [`${url}/contexts/Streetlighting/v1.jsonld`],
    });
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const send = (method: string, path: string, body: object) => sendJson(url, method, path, body);

  async function deskReports(): Promise<readonly DeskReport[]> {
    return ((await (await fetch(`${url}/reports?limit=100`)).json()) as { reports: DeskReport[] }).reports;
  }

  async function open(more: object = {}): Promise<{ context: BrowserContext; page: Page }> {
    const context = await browser.newContext({ ...PHONE, serviceWorkers: 'block', ...more });
    context.setDefaultTimeout(PATIENCE_MS);
    return { context, page: await context.newPage() };
  }

  /** Opens a page of the app and waits for its content. */
  async function go(page: Page, path: string): Promise<void> {
    await page.goto(`${url}/app${path}`);
    await page.locator('h1:visible').first().waitFor();
  }

  async function newReport(known: readonly DeskReport[]): Promise<DeskReport> {
    return eventually('a report is at the desk', async () =>
      (await deskReports()).find(({ id }) => !known.some((each) => each.id === id)),
    );
  }

  test('four taps: photo, the lamp beside it, the suggested category, sent; then its promised date', async () => {
    const { context, page } = await open({ permissions: ['geolocation'], geolocation: LAMP_AT });
    const known = await deskReports();
    await go(page, '/report');
    await page.getByTestId('photo').setInputFiles(PHOTO); // 1: the present position is proposed
    await page.getByTestId('place').getByText('D’après votre position').waitFor();
    await page.getByTestId('asset').first().check(); // 2
    const tile = page.getByTestId('category-street-light');
    await tile.getByText('suggéré').waitFor();
    await tile.click(); // 3
    await page.getByTestId('send').click(); // 4
    const report = await newReport(known);
    assert.deepEqual([report.category, report.asset, report.photos.length], ['street-light', LAMP, 1]);
    await page.getByText('Reçu').first().waitFor();
    await page.getByText('Promis avant le').first().waitFor();
    await context.close();
  });

  test('“me too” counts once per device; a neighbour’s report is found nearby and shown with its outcome', async () => {
    const [report] = await deskReports();
    assert.ok(report);
    await send('POST', `/reports/${report.id}/acts`, { act: 'accept', text: 'Lampe éteinte' });
    const { context, page } = await open({ permissions: ['geolocation'], geolocation: LAMP_AT });
    await go(page, '/report');
    await page.getByTestId('place').waitFor();
    await page.getByTestId('category-street-light').click();
    await page.getByTestId('same-reports').getByTestId('me-too').click();
    await page.getByTestId('same-reports').getByText('1 autre personne').waitFor();
    await page.getByRole('link', { name: 'Autour de moi' }).click();
    const near = page.getByTestId('near-report');
    await near.getByText('Compté, merci').waitFor();
    assert.ok(await near.getByTestId('me-too').isDisabled());
    await near.getByRole('link').click();
    await page.getByRole('heading', { name: 'Suivi' }).waitFor();
    // The list may still be seen for a moment.
    await page.locator('article p[lang]').filter({ hasText: 'Lampe éteinte', visible: true }).waitFor();
    await context.close();
  });

  test('the author follows by the secret link, answers the survey in two taps, and reopens', async () => {
    const { id, token } = await writeReport(url, 'Ein Loch vor Nummer 12', 'de');
    const done = { act: 'status', status: 'fixed', text: 'C’est rebouché' };
    await send('POST', `/reports/${id}/acts`, done);
    const { context, page } = await open();
    await go(page, `/reports/follow/${token}`);
    assert.equal(await page.getByText('C’est rebouché').getAttribute('lang'), 'fr');
    assert.equal(await page.getByText('Ein Loch vor Nummer 12').getAttribute('lang'), 'de');
    await page.getByRole('button', { name: 'Non', exact: true }).click();
    await page.getByText('Merci de votre réponse').waitFor();
    await page.getByTestId('reopen').click();
    await page.getByText('Rouvert').or(page.getByText('Le problème est toujours là')).first().waitFor();
    await eventually('it is open again', async () => {
      const followed = await (await fetch(`${url}/citizen/v1/reports/follow/${token}`)).json();
      return (followed as { isOpen: boolean }).isOpen;
    });
    await context.close();
  });

  test('the author sees why a report is not shown, and erases it after a confirmation: it is deleted locally and at the server', async () => {
    const { id, token } = await writeReport(url, 'À effacer ici');
    await send('POST', `/reports/${id}/acts`, { act: 'hide', reason: 'Une plaque se lit sur la photo' });
    const { context, page } = await open();
    await go(page, `/reports/follow/${token}`);
    const card = page.getByTestId('own-report');
    await card.getByText('À effacer ici').waitFor();
    await card.getByText('Non publié : Une plaque se lit sur la photo').waitFor();
    await card.getByTestId('erase').click();
    await card.getByRole('button', { name: 'Garder' }).click();
    await card.getByTestId('erase').click();
    await context.setOffline(true);
    await card.getByTestId('erase-sure').click();
    await card.getByText('Effacer demande du réseau').waitFor();
    await context.setOffline(false);
    await card.getByTestId('erase').click();
    await checkPage(page);
    await card.getByTestId('erase-sure').click();
    await page.getByText('Le signalement est effacé').waitFor();
    assert.equal(await card.count(), 0);
    assert.equal((await fetch(`${url}/citizen/v1/reports/follow/${token}`)).status, 404);
    await context.close();
  });

  test('a refused report is explained in the reader’s language, and corrected with its text and photo', async () => {
    const { context, page } = await open({ permissions: ['geolocation'], geolocation: LAMP_AT });
    const known = await deskReports();
    await go(page, '/report');
    await page.getByTestId('photo').setInputFiles(PHOTO);
    await page.getByTestId('place').waitFor();
    await page.getByTestId('category-street-light').click();
    await page.getByTestId('description').fill('Voir https://example.com');
    await page.getByTestId('send').click();
    const card = page.getByTestId('own-report').filter({ hasText: 'example.com' });
    await card.getByText('Non envoyé : Le texte n’est pas accepté').waitFor();
    assert.equal(await page.getByText(/\b(?:got|expected)\b/).count(), 0, 'nothing of the API’s text is shown');
    await card.getByTestId('correct').click();
    const text = page.getByTestId('description');
    await page.getByTestId('report-said').getByText('Le texte n’est pas accepté').waitFor();
    await eventually('the field at fault has the focus', async () =>
      text.evaluate((field) => field.ownerDocument.activeElement === field),
    );
    assert.deepEqual(
      [await text.inputValue(), await text.getAttribute('aria-invalid')],
      ['Voir https://example.com', 'true'],
    );
    // The card of the report has the same picture, and may still be shown.
    await page.getByRole('group', { name: 'Prendre une photo' }).getByAltText('La photo du signalement').waitFor();
    await checkPage(page);
    await text.fill('La lampe clignote');
    await page.getByTestId('send').click();
    const report = await newReport(known);
    assert.equal(report.photos.length, 1);
    assert.equal(await page.getByTestId('own-report').filter({ hasText: 'example.com' }).count(), 0);
    await context.close();
  });

  test('in the native app, acts give haptic feedback, the back button goes back and closes the app, and links open their page', async () => {
    const { context, page } = await open();
    await context.addInitScript(ANDROID);
    const evaluate = (script: string) => page.evaluate(script);
    await go(page, '/report');
    await page.getByTestId('send').click();
    await page.getByText('Dites où c’est').waitFor();
    const felt = ['Haptics', 'notification', { type: 'ERROR' }];
    await eventually(
      'it is felt',
      async () => JSON.stringify(await evaluate('android.calls')) === JSON.stringify([felt]),
    );
    await eventually('the app listens', () =>
      evaluate('"appUrlOpen" in android.listeners && "backButton" in android.listeners'),
    );
    await evaluate(`android.listeners.appUrlOpen({ url: '${url}/app/help' })`);
    await page.waitForURL(`${url}/app/help`);
    await page.getByTestId('send').waitFor({ state: 'hidden' });
    await evaluate('android.listeners.backButton({})');
    // The address changes before the page does, and until then the app is still on the page before.
    await page.getByTestId('send').waitFor();
    assert.equal(page.url(), `${url}/app/report`);
    await evaluate('android.listeners.backButton({})');
    await eventually('it is left', async () => String(await evaluate('android.calls.at(-1)[1]')) === 'exitApp');
    await context.close();
  });

  test('a lamp is found by its QR code, by a link, and by its number', async () => {
    const { context, page } = await open({ permissions: ['camera'] });
    await go(page, '/report');
    await page.getByText('Par son code QR').click();
    await page.getByTestId('scan').click();
    await page.getByTestId('asset').and(page.locator(':checked')).waitFor();
    await page.getByTestId('place').getByText('Là où il se trouve').waitFor();

    await go(page, `/e/${encodeURIComponent(LAMP)}`);
    await page.getByTestId('asset').and(page.locator(':checked')).waitFor();

    await go(page, '/report');
    await page.getByText('Par son code QR').click();
    await page.getByTestId('asset-number').fill('9999');
    await page.getByTestId('look').click();
    await page.getByText('Aucun équipement ne porte le numéro 9999').waitFor();
    await page.getByTestId('asset-number').fill('villerupt-042');
    await page.getByTestId('look').click();
    await page.getByTestId('asset').and(page.locator(':checked')).waitFor();
    await context.close();
  });

  test('the place of older photos goes before the phone’s, and is asked; two drafts with their photos survive reloads', async () => {
    const { context, page } = await open({ permissions: ['geolocation'], geolocation: AUMETZ });
    const known = await deskReports();
    const old = { name: 'old.jpg', mimeType: 'image/jpeg', buffer: await photoTakenAt(LAMP_AT) };
    await go(page, '/report');
    const place = page.getByTestId('place');
    await place.getByText('D’après votre position').waitFor();
    await page.getByTestId('photos').setInputFiles([PHOTO, old]);
    await place.getByText('D’après la photo').waitFor();
    await place.getByText('Villerupt').waitFor();
    const question = page.getByTestId('which-place');
    await question.getByText('La photo a été prise ailleurs').waitFor();
    await checkPage(page);
    await question.getByTestId('place-by-position').click();
    await place.getByText('D’après votre position').waitFor();
    await question.waitFor({ state: 'detached' });
    await page.getByTestId('category-pothole').click();
    await page.getByTestId('description').fill('Deux photos');
    await page.getByTestId('photos').setInputFiles(Array.from({ length: 6 }, () => PHOTO));
    await page.getByText('5 photos au plus').waitFor();
    const taken = page.getByTestId('taken-photo');
    assert.equal(await taken.count(), 5);
    await page.getByRole('button', { name: 'Retirer la photo 5' }).click();
    await eventually('all of it is kept', async () => (await page.evaluate(DRAFTS)) === 'Deux photos 4');

    await page.reload();
    await taken.nth(3).waitFor();
    assert.equal(await page.getByTestId('description').inputValue(), 'Deux photos');
    await page.getByTestId('category-pothole').locator(':checked').waitFor({ state: 'attached' });
    await page.getByTestId('another').click();
    await page.getByText('1 autre brouillon').click();
    assert.equal(await taken.count(), 0);
    await page.getByTestId('description').fill('L’autre');
    await eventually('both are kept', async () => (await page.evaluate(DRAFTS)) === 'Deux photos 4, L’autre 0');
    await checkPage(page);
    await page.reload();
    await page.getByText('1 autre brouillon').click();
    assert.equal(await page.getByTestId('description').inputValue(), 'L’autre');
    await page.getByTestId('draft').getByText('Trou dans la chaussée').click();
    await taken.nth(3).waitFor();
    await page.getByTestId('send').click();
    const report = await newReport(known);
    assert.deepEqual([report.category, report.photos.length], ['pothole', 4]);
    await go(page, '/report');
    await eventually(
      'the other draft is in the form',
      async () => (await page.getByTestId('description').inputValue()) === 'L’autre',
    );
    await page.getByTestId('drop-draft').click();
    await page.getByTestId('draft-kept').waitFor({ state: 'detached' });
    await page.reload();
    await place.waitFor();
    assert.equal(await page.getByTestId('drafts').count(), 0);
    assert.equal(await page.getByTestId('description').inputValue(), '');

    await context.close();

    const away = await open({ permissions: ['geolocation'], geolocation: { longitude: 2.35, latitude: 48.86 } });
    await go(away.page, '/report');
    await away.page.getByTestId('here').click();
    await away.page.getByTestId('outside').getByText('hors du territoire').waitFor();
    await away.context.close();
  });

  test('a report by keyboard only', async () => {
    const { context, page } = await open();
    const known = await deskReports();
    await go(page, '/report');
    await page.getByTestId('category-street-light').waitFor();
    await tabTo(page, page.getByRole('link', { name: 'Aller au contenu' }));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.getByRole('link', { name: 'Mes signalements' }).and(page.locator(':focus')).waitFor();
    await tabTo(page, page.getByText('Par la rue ou la commune'));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByTestId('street'));
    await page.keyboard.type('liberte');
    const street = page.getByRole('button', { name: /Liberté/ }).first();
    await street.waitFor();
    await tabTo(page, street);
    await page.keyboard.press('Enter');
    await page.getByTestId('place').getByText('Choisi par la rue').waitFor();
    await tabTo(page, page.getByTestId('category-street-light').locator('input'));
    await page.keyboard.press('Space');
    await tabTo(page, page.getByTestId('send'));
    await page.keyboard.press('Enter');
    assert.equal((await newReport(known)).category, 'street-light');
    await context.close();
  });

  test('a category’s question is asked; for a task of others the contact is shown', async () => {
    const { context, page } = await open();
    const known = await deskReports();
    await go(page, '/report');
    await page.getByText('Par la rue ou la commune').click();
    await page.getByTestId('commune').selectOption('villerupt');
    await page.getByTestId('category-department-road').click();
    await page.getByTestId('not-ours').getByText('Meurthe-et-Moselle').waitFor();
    await page.getByTestId('commune').selectOption('aumetz');
    await page.getByTestId('not-ours').getByText('Département de la Moselle').first().waitFor();
    assert.equal(await page.getByTestId('send').count(), 0);
    await page.getByTestId('category-fly-tipping').click();
    await page.getByTestId('send').click();
    await page.getByText('Répondez à la question').waitFor();
    await page.getByLabel('Un sac').check();
    await page.getByTestId('send').click();
    assert.equal((await newReport(known)).category, 'fly-tipping');
    await context.close();
  });

  test('a category that has only a French name is marked so in another language', async () => {
    const { context, page } = await open({ locale: 'de-DE' });
    await go(page, '/report');
    const road = page.getByTestId('category-department-road');
    await road.locator('[lang="fr"]').getByText('Route départementale').waitFor();
    await road.getByTestId('language-mark').getByText('auf Französisch').waitFor();
    assert.equal(await page.getByTestId('language-mark').count(), 1, 'the others are in German');
    await context.close();
  });

  test('written offline on the first day, the form never opened before, the app killed, the network back: sent once', async () => {
    const profile = join(dataDir, 'profile');
    const launch = async () => {
      const context = await chromium.launchPersistentContext(profile, {
        ...PHONE,
        executablePath: CHROMIUM as string, // otherwise skipped
        args: ['--no-sandbox'],
      });
      context.setDefaultTimeout(PATIENCE_MS);
      return context;
    };
    const known = await deskReports();
    let context = await launch();
    let page = await context.newPage();
    await go(page, '/home');
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await eventually('what is needed offline is kept', () => page.evaluate(KEPT));

    await context.setOffline(true);
    await page.goto(`${url}/app/report`);
    await page.getByText('Par la rue ou la commune').click();
    await page.getByTestId('street').fill('rue victor hugo');
    await page.getByTestId('which-commune').getByText('existe dans 7 communes').waitFor();
    await page.getByRole('button', { name: 'Rue Victor Hugo, Villerupt' }).click();
    await page.getByTestId('place').getByText('Villerupt').waitFor();
    await page.getByTestId('photo').setInputFiles(PHOTO);
    await page.getByTestId('category-department-road').click();
    await page.getByTestId('not-ours').getByText('Moselle').first().waitFor();
    await page.getByTestId('category-pothole').click();
    await page.getByText('Sans réseau : le signalement est gardé').waitFor();
    await page.getByTestId('send').click();
    await page.getByText('En attente du réseau').waitFor();
    await context.close();
    assert.equal((await deskReports()).length, known.length);

    context = await launch();
    page = await context.newPage();
    const other = await context.newPage();
    await Promise.all([page, other].map((each) => each.goto(`${url}/app/reports/mine`)));
    const report = await newReport(known);
    assert.deepEqual([report.category, report.photos.length], ['pothole', 1]);
    await page.getByText('Reçu').first().waitFor();
    await page.reload();
    await page.getByText('Reçu').first().waitFor();
    assert.equal((await deskReports()).length, known.length + 1);
    await context.close();
  });

  test('without an open page, the service worker sends pending reports when the browser wakes it', async () => {
    const { context, page } = await open({ serviceWorkers: 'allow' });
    const known = await deskReports();
    await go(page, '/report');
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await page.getByTestId('category-pothole').waitFor();
    await eventually('what is needed offline is kept', () => page.evaluate(KEPT));
    const session = await context.newCDPSession(page);
    const registered = await watchWorker(session, `${url}/app/`);
    await context.setOffline(true);
    await page.goto(`${url}/app/report`);
    await page.getByText('Par la rue ou la commune').click();
    await page.getByTestId('commune').selectOption('thil');
    await page.getByTestId('category-pothole').click();
    await page.getByTestId('send').click();
    await page.getByText('En attente du réseau').waitFor();
    // A page of the same origin outside the app.
    await page.goto('about:blank');
    await context.setOffline(false);
    await session.send('ServiceWorker.dispatchSyncEvent', {
      origin: url,
      registrationId: await registered(),
      tag: 'reports',
      lastChance: false,
    });
    const report = await newReport(known);
    assert.equal(report.category, 'pothole');
    await context.close();
  });

  test('photos that another app shares are a draft of a report, with their place', async () => {
    const { context, page } = await open({
      serviceWorkers: 'allow',
      permissions: ['geolocation'],
      geolocation: AUMETZ,
    });
    await go(page, '/home');
    await eventually('the worker is there', () => page.evaluate('navigator.serviceWorker.controller !== null'));
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend',
      '<form id="share" method="post" action="/app/share" enctype="multipart/form-data"><input name="text" value="Un trou"><input type="file" name="photos" multiple></form>')`);
    const buffer = await photoTakenAt(LAMP_AT);
    const shared = ['one.jpg', 'two.jpg'].map((name) => ({ name, mimeType: 'image/jpeg', buffer }));
    await page.locator('#share input[type=file]').setInputFiles(shared);
    await page.evaluate('document.querySelector("#share").submit()');
    await page.waitForURL(`${url}/app/report`);
    await page.getByTestId('taken-photo').nth(1).waitFor();
    assert.equal(await page.getByTestId('description').inputValue(), 'Un trou');
    await page.getByTestId('place').getByText('D’après la photo').waitFor();
    await context.close();
  });

  test('every permission denied: position by street, lamp by number, and instructions what to do', async () => {
    const { context, page } = await open();
    const session = await browser.newBrowserCDPSession();
    const known = await deskReports();
    await go(page, '/home');
    for (const name of ['geolocation', 'camera', 'notifications'])
      await session.send('Browser.setPermission', { permission: { name }, setting: 'denied', origin: url });
    await go(page, '/report');
    await page.getByTestId('photo').setInputFiles(PHOTO);
    await page.getByRole('alert').getByText('Choisissez votre commune').waitFor();
    await page.getByTestId('street').fill('liberte');
    await page
      .getByRole('button', { name: /Liberté/ })
      .first()
      .click();
    await page.getByTestId('place').getByText('Choisi par la rue').waitFor();
    await page.getByText('Par son code QR').click();
    await page.getByTestId('scan').click();
    await page.getByText('Écrivez le numéro de l’équipement').waitFor();
    await page.getByRole('button', { name: 'Fermer' }).click();
    await page.getByTestId('asset-number').fill('villerupt-042');
    await page.getByTestId('look').click();
    await page.getByTestId('category-street-light').click();
    await page.getByTestId('send').click();
    assert.equal((await newReport(known)).asset, LAMP);
    await go(page, '/settings');
    await page.getByTestId('be-told').click();
    await page.getByText('refuse les notifications').waitFor();
    await go(page, '/near');
    await context.close();
  });

  test('stored data are exported as JSON and ZIP, and erased locally and at the server', async () => {
    const { context, page } = await open({ acceptDownloads: true });
    const { token } = await writeReport(url, 'À effacer');
    await go(page, `/reports/follow/${token}`);
    await page.getByText('À effacer').waitFor();
    await go(page, '/privacy');
    await page.getByText('1 signalement, avec son lien secret').waitFor();
    await checkPage(page);
    const taken = async (id: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(id).click()]);
      return readFile(await download.path());
    };
    const json = JSON.parse((await taken('export-json')).toString());
    assert.equal(json.reports[0].atServer[0].words.text, 'À effacer');
    const archive = unzipSync(new Uint8Array(await taken('export-zip')));
    assert.equal(JSON.parse(strFromU8(archive['alzette.json'] ?? new Uint8Array())).reports.length, 1);
    await page.getByTestId('erase').click();
    await page.getByTestId('erase-sure').click();
    await page.getByText('Tout est effacé').waitFor();
    assert.equal((await fetch(`${url}/citizen/v1/reports/follow/${token}`)).status, 404);
    await go(page, '/reports/mine');
    await page.getByText('Aucun signalement depuis cet appareil').waitFor();
    await context.close();
  });

  test('a changed setting applies immediately and is kept', async () => {
    const { context, page } = await open();
    await go(page, '/settings');
    await page.getByTestId('text-size').selectOption('larger');
    await page.getByTestId('contrast').check();
    await page.getByTestId('motion').check();
    await page.getByTestId('easy-read').check();
    await page.getByLabel('Thil').check();
    await page.getByLabel('Deutsch').check();
    await page.getByText('Anzeige').waitFor();
    const chosen = { textSize: 'larger', contrast: 'more', motion: 'less' };
    assert.deepEqual(await page.evaluate('({ ...document.documentElement.dataset })'), chosen);
    await go(page, '/help');
    assert.deepEqual(await page.evaluate('({ ...document.documentElement.dataset })'), chosen);
    await page.getByText('1. Machen Sie ein Foto.').waitFor();
    await page.getByTestId('easy').click();
    await page.getByText('prüfen Sie den vorgeschlagenen Ort').waitFor();
    await context.close();
  });

  test('an easy-to-read text is shown if the reader wants it', async () => {
    const made = (await send('POST', '/publishing/items', {
      kind: 'news',
      owner: '',
      state: 'ready',
      document: {
        texts: {
          fr: {
            title: 'Travaux',
            summary: 'Rue Foch',
            body: 'La chaussée est refaite.',
            easy: 'On répare la **rue**.',
          },
        },
      },
    })) as { item: { id: string } };
    const { context, page } = await open();
    await go(page, `/news/${made.item.id}`);
    await page.getByText('La chaussée est refaite.').waitFor();
    await page.getByTestId('easy').click();
    await page.getByText('On répare la').waitFor();
    await page.reload();
    await page.getByText('On répare la').waitFor();
    await context.close();
  });

  test('the text suggests a category: by its own words, then by the site’s model, which also finds duplicates', async () => {
    const { context, page } = await open({ permissions: ['geolocation'], geolocation: LAMP_AT });
    await go(page, '/report');
    await page.getByTestId('place').waitFor();
    await page.getByTestId('description').fill('Il y a un nid-de-poule');
    const suggested = page.getByTestId('text-suggestion');
    await suggested.getByText('D’après vos mots : Trou').waitFor();
    await suggested.getByRole('button', { name: 'Choisir' }).click();
    await page.getByTestId('category-pothole').locator(':checked').waitFor({ state: 'attached' });
    assert.equal(await suggested.count(), 0);

    await teachModel();
    await page.getByTestId('category-tree').click();
    await page.getByTestId('description').fill('Des bouteilles par terre, ça déborde');
    await suggested.getByText('Le modèle de calcul du site propose, d’après vos mots : Conteneur plein').waitFor();
    await page.getByTestId('same-reports').getByText('Conteneur plein').first().waitFor();
    await checkPage(page);
    await context.close();
  });

  /** Trains the site's model with accepted reports. */
  async function teachModel(): Promise<void> {
    const texts = {
      'container-full': ['Les bouteilles débordent par terre', 'Ça déborde, des bouteilles traînent'],
      tree: ['Une branche menace de tomber', 'La branche est sur le chemin'],
    };
    const location = { lat: LAMP_AT.latitude, lon: LAMP_AT.longitude };
    for (const [category, written] of Object.entries(texts)) {
      for (const description of Array.from({ length: 6 }, () => written).flat()) {
        const { id } = (await send('POST', '/reports', { category, location, description })) as { id: string };
        await send('POST', `/reports/${id}/acts`, { act: 'accept', text: description });
      }
    }
    await send('PUT', '/insights/uses/report-suggestions', { isOn: true, owner: 'Mairie' });
    const draft = { description: 'Des bouteilles par terre, ça déborde', location };
    const hasLearned = async () => {
      const suggestion = (await send('POST', '/citizen/v1/reports/suggestions', draft)) as {
        category?: { code: string };
      };
      return suggestion.category?.code === 'container-full';
    };
    // An address may ask 200 times an hour.
    await eventually('it has learned', hasLearned, 60_000, 500);
  }
});

/** A photo with its place, as phones write it. */
function photoTakenAt({ longitude, latitude }: typeof LAMP_AT): Promise<Buffer> {
  const create = { width: 40, height: 30, channels: 3, background: '#a73' } as const;
  const degrees = (value: number) => `${Math.floor(value)}/1 ${Math.round((value % 1) * 60e6)}/1000000 0/1`;
  const GPS = {
    GPSLatitudeRef: 'N',
    GPSLatitude: degrees(latitude),
    GPSLongitudeRef: 'E',
    GPSLongitude: degrees(longitude),
  };
  return sharp({ create }).withExif({ IFD3: GPS }).jpeg().toBuffer();
}

/** A mock of Capacitor's bridge on Android, which records its calls. A string, because it runs in the browser. */
const ANDROID = `
  globalThis.androidBridge = {};
  globalThis.android = { calls: [], listeners: {} };
  globalThis.Capacitor = {
    isNativePlatform: () => true,
    PluginHeaders: [
      { name: 'App', methods: [{ name: 'addListener' }, { name: 'exitApp', rtype: 'promise' }] },
      { name: 'Haptics', methods: [{ name: 'notification', rtype: 'promise' }] },
    ],
    nativeCallback: async (plugin, method, { eventName }, callback) => {
      android.listeners[eventName] = callback;
    },
    nativePromise: async (...call) => void android.calls.push(call),
  };`;

/** The drafts in the device's database, with the number of their photos. A string, because it runs in the browser. */
const DRAFTS = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('alzette-drafts');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const reading = opening.result.transaction('drafts').objectStore('drafts').getAll();
    reading.onsuccess = () => {
      opening.result.close();
      const drafts = reading.result.sort((a, b) => b.photos.length - a.photos.length);
      resolve(drafts.map(({ description, photos }) => description + ' ' + photos.length).join(', '));
    };
  };
})`;
