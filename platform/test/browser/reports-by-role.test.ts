import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import sharp from 'sharp';
import { openAuthority } from '../../../iot-agents/test/support/authority.ts';
import { findProgram } from '../../../scripts/programs.ts';
import { startReceiver } from '../../../services/channels/test/support/http-receiver.ts';
import { newBrowser } from '../../../services/channels/test/support/web-push-browser.ts';
import { confirmDevice, messagesTo } from '../../../services/publishing/test/support/confirm-device.ts';
import { territoryLink } from '../support/lamps.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, choose, launchBrowser, launchWholeBrowser, tabTo } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { openReportPhone } from '../support/report-phone.ts';
import { createUser, sendJson } from '../support/send-json.ts';

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 120_000;
const PASSWORD = 'canal-Tilleul-48-forge';
/** A folder for screenshots, to inspect the pages. */
const { SCREENSHOTS } = process.env;
const IN_THIL = { lat: 49.4711, lon: 5.9086 };
const IN_VILLERUPT = { lat: 49.4703, lon: 5.9312 };
const OPENSSL = findProgram('/usr/bin/openssl', 'openssl');

/** By keyboard only, except the sign-in. */
describe('the desk of reports as an agent of one commune, as the community, as a contractor', {
  skip: CHROMIUM && OPENSSL ? false : 'Chromium (CHROMIUM is not set) or openssl is missing',
}, () => {
  const ending: (() => unknown)[] = [];
  let push: Awaited<ReturnType<typeof startReceiver>>;
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let url: string;
  const ids = { thil: '', villerupt: '', given: '' };

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const port = await freePort();
    url = `http://localhost:${port}`;
    const t = { after: (end: () => unknown) => void ending.push(end) };
    const authority = await openAuthority(t, String(OPENSSL));
    push = await startReceiver(t, () => 201, await authority.sign('push'));
    // Open access first, for the settings of an administrator; then enforced, on the same data.
    const environment = {
      DATA_DIR: dataDir,
      ...(await onServer(dataDir)),
      PORT: String(port),
      DEMO: 'off',
      MQTT_PORT: '0',
      NODE_EXTRA_CA_CERTS: authority.caFile,
      OUTGOING: '127.0.0.0/8',
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
    for (const end of ending.reverse()) await end();
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

  describe('the whole loop: written offline on the first day, moderated, answered, told by push, judged, counted', () => {
    let phones: Browser;
    let desk: Page;
    let photo: Buffer;
    before(async () => {
      phones = await launchWholeBrowser();
      desk = await deskOf('community');
      photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#a73' } })
        .jpeg()
        .toBuffer();
    });
    after(async () => {
      await phones?.close();
      await desk?.context().close();
    });

    const phoneOf = (locale: string) =>
      openReportPhone(phones, url, locale, { latitude: IN_VILLERUPT.lat, longitude: IN_VILLERUPT.lon }, push);
    const moderation = () => desk.getByTestId('report-moderation');

    async function moderate(id: string, text: string): Promise<void> {
      await desk.goto(`${url}/operate/reports?report=${id}`);
      await desk.getByText(text).first().waitFor();
      await desk.getByTestId('act-accept').click();
      await moderation().filter({ hasText: 'Public' }).waitFor();
    }
    async function answer(text: string, language: string): Promise<void> {
      await choose(desk.getByRole('combobox', { name: 'État' }), 'Réparé');
      await desk.getByTestId('reply').getByRole('textbox').fill(text);
      await choose(desk.getByTestId('reply-language').getByRole('combobox'), language);
      await desk.getByTestId('act-answer').click();
      await desk.getByTestId('report-status').filter({ hasText: 'Réparé' }).waitFor();
    }
    async function figure(name: string): Promise<string> {
      const shown = desk.locator('dl > div').filter({ has: desk.getByText(name, { exact: true }) });
      return ((await shown.locator('dd').textContent()) ?? '').trim();
    }

    test('in French; who knows the number of the report is told nothing', async () => {
      const { context, page, card, ...phone } = await phoneOf('fr-FR');
      const text = 'Un trou devant le 12';
      const id = await phone.writeOffline({ category: 'pothole', text, waits: 'En attente du réseau', photo });
      await phone.beTold();
      const stranger = newBrowser(`${push.url}/stranger`);
      const wishes = { language: 'fr', topics: [`report:${id}`, 'news@villerupt'] };
      await send('POST', '/citizen/v1/push/endpoints', { subscription: stranger.subscription, ...wishes });
      const post = (path: string, body: object) =>
        fetch(url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }).then(({ status }) => status);
      await confirmDevice(push.received, '/stranger', stranger, post);

      await moderate(id, text);
      assert.deepEqual(await phone.receive(1), ['Votre signalement est publié.']);
      await answer('C’est rebouché', 'Français');
      assert.deepEqual((await phone.receive(1)).sort(), [
        'C’est réparé. Êtes-vous satisfait ?',
        'Votre signalement est publié.',
      ]);
      await card.getByText('C’est rebouché').waitFor(); // the open page follows
      await checkPage(page);
      await card.getByRole('button', { name: 'Oui', exact: true }).click();
      await card.getByText('Merci de votre réponse').waitFor();
      assert.equal(messagesTo(push.received, '/stranger', stranger).length, 1, 'nothing after its first message');
      await context.close();
    });

    test('in German; hidden first, and the answer in German', async () => {
      const { context, card, ...phone } = await phoneOf('de-DE');
      const text = 'Ein Ast liegt auf dem Weg';
      const id = await phone.writeOffline({ category: 'tree', text, waits: 'Wartet auf das Netz', photo });
      await phone.beTold();
      await desk.goto(`${url}/operate/reports?report=${id}`);
      await desk.getByTestId('author-language').filter({ hasText: 'Deutsch' }).waitFor();
      await desk.getByLabel('Motif').last().fill('Ein Gesicht ist zu sehen');
      await desk.getByTestId('act-hide').click();
      await moderation().filter({ hasText: 'Masqué' }).waitFor();
      await phone.receive(1);
      await card.getByText('Nicht veröffentlicht: Ein Gesicht ist zu sehen').waitFor();
      await moderate(id, text);
      await answer('Der Ast ist weg', 'Deutsch');
      assert.deepEqual((await phone.receive(2)).sort(), [
        'Es ist behoben. Sind Sie zufrieden?',
        'Ihre Meldung ist veröffentlicht.',
        'Ihre Meldung wird nicht öffentlich gezeigt. Der Grund steht in der App.',
      ]);
      assert.equal(await card.getByText('Der Ast ist weg').getAttribute('lang'), 'de');
      await card.getByRole('button', { name: 'Nein', exact: true }).click();
      await card.getByText('Danke für Ihre Antwort').waitFor();
      await context.close();
    });

    test('where a contractor does the work', async () => {
      const { context, card, ...phone } = await phoneOf('fr-FR');
      const text = 'La lampe clignote';
      const id = await phone.writeOffline({ category: 'street-light', text, waits: 'En attente du réseau', photo });
      await phone.beTold();
      await moderate(id, text);
      await desk.getByTestId('organisation').locator('input[role=combobox]').fill('lumieres');
      await desk.keyboard.press('Tab');
      await desk.getByTestId('act-work-order').click();
      await desk.getByTestId('report-status').filter({ hasText: 'Planifié' }).waitFor();

      const contractor = await deskOf('contractor');
      await contractor.goto(`${url}/operations/work-orders`);
      await contractor.getByRole('button', { name: new RegExp(id) }).click();
      await contractor.getByTestId('act-start').click();
      await contractor.getByTestId('order-status').filter({ hasText: 'En cours' }).waitFor();
      await contractor.getByTestId('act-complete').click();
      await contractor.getByTestId('order-status').filter({ hasText: 'Terminé' }).waitFor();
      await contractor.context().close();
      assert.deepEqual((await phone.receive(4)).sort(), [
        'C’est réparé. Êtes-vous satisfait ?',
        'L’intervention est en cours.',
        'Une intervention est planifiée.',
        'Votre signalement est publié.',
      ]);
      await card.getByRole('button', { name: 'Oui', exact: true }).click();
      await card.getByText('Merci de votre réponse').waitFor();
      await context.close();
    });

    test('the figures have all three, with the judgements', async () => {
      await desk.goto(`${url}/operate/report-statistics`);
      await desk.getByText('Par commune').first().waitFor();
      // Three were there before.
      assert.deepEqual([await figure('Reçus'), await figure('Ouverts'), await figure('Masqués')], ['6', '3', '0']);
      assert.match(await figure('Satisfaits'), /^67\s%$/);
    });
  });
});
