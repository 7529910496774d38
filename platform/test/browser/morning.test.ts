import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Browser, Locator, Page } from '@playwright/test';
import type { MqttClient } from 'mqtt';
import { connectLampNetwork, createLamps, sendUplink, testLamp } from '../support/lamps.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, choose, launchBrowser, openPage, tabTo } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { createUser, sendJson } from '../support/send-json.ts';

/*
 * An operator's morning: an alarm with its evidence, the lamp and its curve, a command that the lamp acknowledges, a
 * work order, and the closed alarm. Once by keyboard, once by touch on a phone, and once as a contractor who sees only
 * its own.
 */

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 60_000;
const PASSWORD = 'canal-Tilleul-48-forge';
const NAMES = ['CAR-1', 'CAR-2', 'CAR-3'];
const LAMPS = NAMES.map((_name, at) => testLamp(at + 1));

/** Opens the element of a locator with the input device of the visitor. */
type Open = (target: Locator) => Promise<void>;

describe('a morning, in a browser', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let mqtt: MqttClient;
  let browser: Browser;
  let environment: Record<string, string>;
  let url: string;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const [port, mqttPort] = [await freePort(), await freePort()];
    url = `http://localhost:${port}`;
    environment = {
      DATA_DIR: dataDir,
      ...(await onServer(dataDir)),
      PORT: String(port),
      MQTT_PORT: String(mqttPort),
      DEMO: 'off',
    };
    platform = await startPlatformProcess({ ...environment, ACCESS: 'open' });
    await createLamps(url, LAMPS, (nth) => ({
      name: NAMES[nth] as string,
      // A contractor maintains the third one.
      scope: nth === 2 ? ['/Redange', '/Lumen'] : ['/Redange'],
      coordinates: [5.93 + nth / 1000, 49.468],
    }));
    await preparePeople();
    mqtt = await connectLampNetwork(url, platform.mqttUrl);
    await raiseAlarms();
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await mqtt?.endAsync(true);
    await platform?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const send = (method: string, path: string, body: object) => sendJson(url, method, path, body);

  async function preparePeople(): Promise<void> {
    await send('PUT', '/ops/identity/organisations/Lumen', { name: 'Lumen', kind: 'contractor' });
    await send('PUT', '/ops/identity/groups/crew', { name: 'Équipe', roles: ['contractor'] });
    for (const username of ['paul', 'mia'])
      await createUser(url, { username, organisation: 'Lumen', groups: ['crew'] }, PASSWORD);
    const scopeQ = '/{organisation}/#';
    await send('PUT', '/ops/access/policies/contractors', {
      title: 'Prestataires',
      who: { roles: ['contractor'] },
      may: ['read', 'write'],
      scopeQ,
    });
  }

  /** A rule raises the alarms, so that each has its evidence. */
  async function raiseAlarms(): Promise<void> {
    const id = 'urn:ngsi-ld:Rule:lamp-dark';
    await send('PUT', `/rules/${encodeURIComponent(id)}`, {
      id,
      name: { fr: 'Lampe sans puissance', en: 'Lamp without power' },
      text: { fr: '{entity} : {value} W', en: '{entity}: {value} W' },
      scope: { types: ['Streetlight'] },
      when: { attr: 'powerConsumption', op: '<', value: 5 },
      clear: { when: { attr: 'powerConsumption', op: '>', value: 10 } },
      severity: 'high',
      category: 'lighting',
    });
    for (const level of [0.8, 0.82, 0.02]) for (const lamp of LAMPS) await sendUplink(mqtt, lamp, level);
    await eventually(
      'an alarm for each lamp',
      async () => {
        const { count } = (await (await fetch(`${url}/alarms?status=active`)).json()) as { count: number };
        return count >= NAMES.length;
      },
      PATIENCE_MS,
    );
  }

  async function newPage(options: object): Promise<Page> {
    const context = await browser.newContext({
      locale: 'fr-FR',
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    return context.newPage();
  }

  async function signIn(username: string): Promise<Page> {
    const page = await newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(url);
    await page.getByLabel('Identifiant').fill(username);
    await page.getByLabel('Mot de passe').fill(PASSWORD);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByTestId('account').waitFor();
    return page;
  }

  /**
   * From the list of alarms to the closed alarm of one lamp. `write` enters a text at the focus. A contractor says that
   * the work is done; who ordered it closes the order.
   */
  async function spendMorning(
    page: Page,
    name: string,
    open: Open,
    write: (text: string) => Promise<void>,
    isContractor = false,
  ) {
    const button = (label: RegExp | string) => page.getByRole('button', { name: label }).first();
    const status = page.getByTestId('alarm-status');
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await open(button(new RegExp(isContractor ? name : `^Ouvrir .*${name}`)));

    // Its evidence.
    await status.filter({ hasText: 'Active' }).waitFor();
    await page.getByRole('heading', { name: 'Pourquoi' }).first().waitFor();
    await page.getByTestId('drawer').getByTestId('chart').first().waitFor();
    await open(page.getByTestId('act-acknowledge'));
    await status.filter({ hasText: 'Acquittée' }).waitFor();
    const alarm = page.url();

    // The lamp, and its curve.
    await open(page.getByTestId('drawer').getByRole('link', { name, exact: true }));
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.getByTestId('chart').first().waitFor();

    // A command, which the lamp acknowledges.
    await open(page.getByTestId('command'));
    await page.getByTestId('targets').filter({ hasText: '1 point lumineux' }).waitFor();
    await open(page.getByTestId('reason').locator('input'));
    await page.getByTestId('reason').locator('input:focus').waitFor();
    await write('Essai');
    await open(page.getByTestId('send'));
    await page.locator('[data-answer="OK"]').waitFor();

    // The work order, done and closed, and then the alarm.
    await openPage(page, alarm);
    await open(page.getByTestId('make-order'));
    await open(page.getByTestId('order-made'));
    await open(page.getByRole('link', { name: 'Ouvrir l’ordre de travail' }));
    const order = page.getByTestId('order-status');
    for (const [act, after] of [
      ['start', 'En cours'],
      ['complete', 'Terminé'],
      ...(isContractor ? [] : ([['close', 'Clos']] as const)),
    ] as const) {
      await open(page.getByTestId(`act-${act}`));
      await order.filter({ hasText: after }).waitFor();
    }
    if (isContractor) assert.equal(await page.getByTestId('act-close').count(), 0, 'who ordered the work closes it');
    await open(page.getByRole('link', { name: 'Alarmes à l’origine' }));
    await open(page.getByTestId('act-close'));
    await status.filter({ hasText: 'Close' }).waitFor();
    await checkPage(page);
  }

  const byKeyboard =
    (page: Page): Open =>
    async (target) => {
      await tabTo(page, target);
      if (await target.evaluate((element) => element.tagName !== 'INPUT')) await page.keyboard.press('Enter');
    };

  test('what one shift leaves, the next reads in another browser, and the shift is known there', async () => {
    const [evening, night] = [await newPage({}), await newPage({})];
    await openPage(evening, `${url}/today`);
    await evening.getByText('Vous n’avez pas commencé de poste').waitFor();
    const text = 'Armoire 12 ouverte jusqu’à midi';
    await evening.getByTestId('note-text').getByRole('textbox').fill(text);
    await evening.getByTestId('note-send').click();
    await evening.getByTestId('handover').getByRole('listitem').getByText(text).waitFor();
    await evening.getByTestId('begin-shift').click();
    await evening.getByText('Votre poste a commencé').waitFor();

    await openPage(night, `${url}/today`);
    await night.getByText('Votre poste a commencé').waitFor();
    await night.getByTestId('handover').getByRole('listitem').getByText(text).waitFor();
    await checkPage(night);
    for (const page of [evening, night]) await page.context().close();
  });

  test('where the map shows nothing, it leads to the nearest', async () => {
    const page = await newPage({});
    await openPage(page, `${url}/map?view=16.00/49.60000/6.20000`);
    // The lamps are 0.132° south and 0.27° west of it, which is some 24 km there.
    await page
      .getByTestId('nearest')
      .getByText(/^Rien ici. Le plus proche est à 2[34](,\d)?.km/)
      .waitFor();
    await page.getByTestId('nearest-go').click();
    await page.getByTestId('nearest').waitFor({ state: 'hidden' });
    await page.context().close();
  });

  test('by keyboard only, in French', async () => {
    const page = await newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(url);
    await spendMorning(page, 'CAR-1', byKeyboard(page), (text) => page.keyboard.type(text));
    await page.context().close();
  });

  test('by touch, on a phone', async () => {
    const page = await newPage({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.goto(url);
    await spendMorning(
      page,
      'CAR-2',
      (target) => target.tap(),
      (text) => page.keyboard.type(text),
    );
    await page.context().close();
  });

  test('as a contractor, who sees only its own', async () => {
    await platform.stop();
    platform = await startPlatformProcess({ ...environment, ACCESS: 'enforced' });
    await eventually('the lamps are connected again', () => mqtt.connected, PATIENCE_MS);
    const page = await signIn('paul');
    await page.waitForURL(/\/operations\/work-orders\?view=map/);
    await openPage(page, `${url}/operations/alarms`);
    await page.getByRole('button', { name: /CAR-3/ }).first().waitFor();
    assert.equal(await page.getByText(/CAR-[12]/).count(), 0);
    await openPage(page, `${url}/e/${encodeURIComponent(LAMPS[0]?.asset ?? '')}`);
    await page.getByText('CAR-1').waitFor({ state: 'detached' });
    await openPage(page, `${url}/operations/alarms`);
    await spendMorning(
      page,
      'CAR-3',
      (target) => target.click(),
      (text) => page.keyboard.type(text),
      true,
    );
    await page.context().close();
  });

  test('a saved view is shared with a group, and one’s own is not', async () => {
    const paul = await signIn('paul');
    await openPage(paul, `${url}/operations/alarms?severity=high`);
    await paul.getByTestId('views').click();
    const save = async (name: string) => {
      await paul.getByTestId('view-name').locator('input').fill(name);
      await paul.getByTestId('view-save').click();
      await paul.getByRole('link', { name }).waitFor();
    };
    await save('Pour moi seul');
    await choose(paul.getByTestId('view-group').getByRole('combobox'), 'Groupe crew');
    await save('Pour l’équipe');
    await checkPage(paul);
    const mia = await signIn('mia');
    await mia.getByTestId('views').click();
    const panel = mia.getByRole('region', { name: 'Vues enregistrées' });
    await panel.getByRole('link', { name: 'Pour l’équipe' }).waitFor();
    assert.deepEqual(await panel.getByRole('link').allTextContents(), ['Pour l’équipe']);
    assert.equal(await panel.getByRole('button', { name: /^Oublier/ }).count(), 0, 'only its author deletes it');
    await checkPage(mia);
    await panel.getByRole('link').click();
    await mia.waitForURL(/\/operations\/alarms\?severity=high/);
    await paul.getByRole('button', { name: 'Oublier Pour l’équipe' }).click();
    await paul.getByRole('link', { name: 'Pour l’équipe' }).waitFor({ state: 'detached' });
    for (const page of [paul, mia]) await page.context().close();
  });
});
