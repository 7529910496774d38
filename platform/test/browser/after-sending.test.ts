import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import sharp from 'sharp';
import { startMailServer } from '../../../services/channels/test/support/mail-server.ts';
import { writeReport } from '../support/app-pages.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, launchBrowser } from '../support/pages.ts';
import { payAContribution } from '../support/pay-a-contribution.ts';
import { freePort, startPlatformProcess } from '../support/platform-process.ts';
import { readyForms } from '../support/ready-forms.ts';
import { requestToDecision } from '../support/request-to-decision.ts';
import { sendJson } from '../support/send-json.ts';

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 60_000;
const AT = { longitude: 5.9303, latitude: 49.4697 };

test('after a report is sent', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const otherHost = `http://127.0.0.1:${port}`;
  const mail = await startMailServer(t);
  const settings = { PORT: String(port), PUBLIC_URL: url, DEMO: 'off', MQTT_PORT: '0' };
  const platform = await startPlatformProcess({
    DATA_DIR: dataDir,
    ...(await onServer(dataDir)),
    ...settings,
    ...mail.settings,
  });
  const browser = await launchBrowser();
  t.after(async () => {
    await browser.close();
    await platform.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function openPhone(locale: string) {
    const context = await browser.newContext({
      ...{ viewport: { width: 390, height: 844 }, locale, reducedMotion: 'reduce', serviceWorkers: 'block' },
      ...{ permissions: ['geolocation'], geolocation: AT },
    });
    context.setDefaultTimeout(PATIENCE_MS);
    return { context, page: await context.newPage() };
  }
  const send = (method: string, path: string, body: object) => sendJson(url, method, path, body);
  const photo = async () => {
    const create = { width: 400, height: 300, channels: 3, background: '#a73' } as const;
    return { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await sharp({ create }).jpeg().toBuffer() };
  };
  const atDesk = async (id: string) => {
    const { report, journal } = (await (await fetch(`${url}/reports/${id}`)).json()) as {
      report: { photos: object[] };
      journal: { act: string; text?: string }[];
    };
    return { photos: report.photos.length, added: journal.filter(({ act }) => act === 'add').map(({ text }) => text) };
  };

  await t.test(
    'the author learns that it is being sent, its number, its place and what comes next, gives an address, and adds a text and a photo',
    async () => {
      const { context, page } = await openPhone('fr-FR');
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const challenge = '**/citizen/v1/reports/challenge';
      await page.route(challenge, async (route) => {
        await held;
        await route.fulfill({ status: 503, json: { title: 'Busy' } });
      });
      await page.goto(`${url}/app/report`);
      await page.getByTestId('photo').setInputFiles(await photo());
      await page.getByTestId('place').waitFor();
      await page.getByTestId('category-pothole').click();
      await page.getByTestId('send').click();
      const card = page.getByTestId('own-report');
      await card.getByText('Envoi…').waitFor();
      assert.equal(await card.getByText('En attente du réseau').count(), 0, 'there is a network');
      release();
      await card.getByText('Le site ne peut pas encore le prendre').waitFor();
      await page.unroute(challenge);
      await page.route(challenge, (route) => route.abort());
      await page.reload();
      await card.getByText('En attente du réseau').waitFor();
      await page.unroute(challenge);
      // Back in the app. Nothing said that the network is there again.
      await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
      const number = (await card.getByTestId('report-number').textContent()) ?? '';
      const id = /[0-9A-Z]{10}$/.exec(number)?.[0] ?? '';
      assert.match(number, /^Numéro [0-9A-Z]{10}$/);
      await card.getByTestId('what-next').getByText('le lit d’abord').waitFor();
      await card.getByText('Promis avant le').waitFor();
      assert.match((await card.getByTestId('report-place').textContent()) ?? '', /, Villerupt$/);
      await checkPage(page);

      await card.getByTestId('email').fill('eve@example.org');
      await card.getByTestId('email-save').click();
      await card.getByTestId('email-on').waitFor();
      await card.getByTestId('addition').getByText('Ajouter un texte').click();
      await card.getByTestId('addition-send').click();
      await card.getByTestId('addition-said').getByText('Écrivez un texte').waitFor();
      await card.getByTestId('addition-text').fill('Voir https://example.com');
      await card.getByTestId('addition-send').click();
      await card.getByTestId('addition-said').getByText('retirez les liens').waitFor();
      await card.getByTestId('addition-text').fill('Il est plus profond');
      await card
        .getByTestId('addition')
        .getByTestId('photo')
        .setInputFiles(await photo());
      await card.getByTestId('addition-send').click();
      await card.getByTestId('addition-said').getByText('C’est ajouté').waitFor();
      assert.deepEqual(await atDesk(id), { photos: 2, added: ['Il est plus profond'] });
      await card.getByText('Complété').waitFor();
      await card.getByText('Lien secret').click();
      await card.getByRole('img', { name: 'Code QR du lien secret' }).waitFor();
      await checkPage(page);
      await context.close();
    },
  );

  await t.test(
    'the link opens the report on another phone, in English, and under another host its published photos, too',
    async () => {
      const { id, token } = await writeReport(url, 'A hole at number 12', 'en');
      const { context, page } = await openPhone('en-GB');
      const uploaded = await fetch(`${url}/citizen/v1/reports/photos`, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: new Uint8Array((await photo()).buffer),
      });
      const { token: photoToken } = (await uploaded.json()) as { token: string };
      const addition = await fetch(`${url}/citizen/v1/reports/follow/${token}/additions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'once' },
        body: JSON.stringify({ photos: [photoToken] }),
      });
      assert.equal(addition.status, 201);
      const [file] = photoToken.split('.');
      await send('POST', `/reports/${id}/acts`, { act: 'accept', text: 'A hole', photos: [file] });
      await send('POST', `/reports/${id}/acts`, { act: 'update', text: 'Wir kommen', language: 'de' });
      await page.goto(`${otherHost}/app/reports/follow/${token}`);
      const card = page.getByTestId('own-report');
      await card.getByText(`Number ${id}`).waitFor();
      assert.equal(await card.getByText('Wir kommen').getAttribute('lang'), 'de');
      await card.getByRole('heading', { name: 'Pothole' }).waitFor();
      await card.getByText('Answer', { exact: true }).waitFor();
      await eventually('the photo is shown', () =>
        card
          .getByAltText('The photo of the report')
          .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0),
      );
      await checkPage(page);
      await context.close();
    },
  );

  await t.test(
    'what is the task of others is sent all the same, passed on at the desk, and its author told',
    async () => {
      const categories = (await (await fetch(`${url}/reports/categories`)).json()) as {
        categories: { code: string; isOwn: boolean }[];
      };
      const road = categories.categories.find(({ code }) => code === 'department-road');
      assert.ok(road);
      const { code: _code, isOwn: _isOwn, ...body } = road;
      const contacts = [{ communes: ['villerupt'], name: 'Meurthe-et-Moselle', email: 'routes@example.org' }];
      await send('PUT', '/reports/categories/department-road', { ...body, contacts });
      const { context, page } = await openPhone('fr-FR');
      await page.goto(`${url}/app/report`);
      await page.getByTestId('place').waitFor();
      await page.getByTestId('category-department-road').click();
      await page.getByTestId('not-ours').getByText('l’équipe lit, puis le lui transmet').waitFor();
      await checkPage(page);
      await page.getByTestId('description').fill('La D16 est défoncée');
      await page.getByTestId('send').click();
      const card = page.getByTestId('own-report');
      const id = /[0-9A-Z]{10}$/.exec((await card.getByTestId('report-number').textContent()) ?? '')?.[0];
      assert.ok(id);

      const desk = await context.newPage();
      await desk.goto(`${url}/operate/reports?report=${id}`);
      const passOn = desk.getByTestId('pass-on');
      await passOn.getByText('À Meurthe-et-Moselle (routes@example.org)').waitFor();
      await checkPage(desk);
      await passOn.getByTestId('act-pass-on').click();
      await eventually('it has arrived', () =>
        mail.letters.some(({ to, text }) => to === 'routes@example.org' && text.includes('La D16')),
      );
      await desk.close();
      await eventually('the letter is taken', async () => {
        const { report } = (await (await fetch(`${url}/reports/${id}`)).json()) as {
          report: { passedOn?: { at?: string } };
        };
        return report.passedOn?.at;
      });
      await page.reload();
      await card.getByTestId('passed-on').getByText('Transmis à Meurthe-et-Moselle').waitFor();
      await checkPage(page);
      await context.close();
    },
  );

  await t.test('a request for a procedure is searched, written without a network, sent, and decided', () =>
    requestToDecision(browser, url),
  );

  await t.test('a contribution is paid from the app on the page of the payment service, and the desk goes on', (own) =>
    payAContribution(own, browser, url, mail.letters),
  );

  await t.test('the forms of the ten ready procedures have no fault of accessibility on a phone', () =>
    readyForms(browser, url),
  );
});
