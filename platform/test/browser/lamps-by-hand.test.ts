import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Browser, Page } from '@playwright/test';
import type { MqttClient } from 'mqtt';
import decodeQR from 'qr/decode.js';
import { connectLampNetwork, createLamps, measured, sendUplink, testLamp } from '../support/lamps.ts';
import { ownDatabase } from '../support/own-database.ts';
import { checkPage, choose, launchBrowser, openPage } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { createUser, sendJson } from '../support/send-json.ts';

/*
 * What operators do with a few lamps by hand: find one among several that cover one another, command them in groups
 * after a second person has approved, arrange the table of commands, and print a label.
 */

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 60_000;
const PASSWORD = 'canal-Tilleul-48-forge';
const PLACE = [5.93, 49.468] as const;
const LAMPS = [1, 2, 3, 4, 5, 6].map(testLamp);
/** The first three are on one pole. */
const ON_THE_POLE = ['Pole 1', 'Pole 2', 'Pole 3'];
/** The size in which the label's code is read. */
const CODE_PX = 256;
/** The positions of the lamps in the ring, in pixels from their common position. */
const RING = [
  [0, -34],
  [29, 17],
  [-29, 17],
] as const;

describe('lamps by hand, in a browser', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string;
  let database: Awaited<ReturnType<typeof ownDatabase>> | undefined;
  let platform: PlatformProcess;
  let mqtt: MqttClient;
  let browser: Browser;
  let paula: Page;
  let url: string;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const [port, mqttPort] = [await freePort(), await freePort()];
    url = `http://localhost:${port}`;
    const { TEST_DATABASE_URL } = process.env;
    database = TEST_DATABASE_URL === undefined ? undefined : await ownDatabase(TEST_DATABASE_URL, 'lamps_by_hand');
    const environment = {
      ...(database && { DATABASE_URL: database.url }),
      DATA_DIR: dataDir,
      PORT: String(port),
      MQTT_PORT: String(mqttPort),
      DEMO: 'off',
    };
    // Open at first, for the settings of an administrator.
    platform = await startPlatformProcess({ ...environment, ACCESS: 'open' });
    await createLamps(url, LAMPS, (nth) => ({
      name: ON_THE_POLE[nth] ?? `Carnot ${nth}`,
      address: { type: 'Property', value: { streetAddress: 'Rue Carnot', addressLocality: 'Rédange' } },
      scope: ['/Redange'],
      coordinates: [PLACE[0] + (nth < 3 ? nth * 1e-6 : nth / 1000), PLACE[1]],
    }));
    await preparePeople();
    await send('PUT', '/lighting/override-policy', { approvalFrom: LAMPS.length });
    mqtt = await connectLampNetwork(url, platform.mqttUrl);
    // The address of a lamp is known from its uplinks.
    for (const lamp of LAMPS) await sendUplink(mqtt, lamp, 0.5);
    for (const { asset } of LAMPS) await eventually(`${asset} is known`, () => measured(url, asset), PATIENCE_MS);
    await platform.stop();
    platform = await startPlatformProcess({ ...environment, ACCESS: 'enforced' });
    await eventually('the lamps are connected again', () => mqtt.connected, PATIENCE_MS);
    browser = await launchBrowser();
    paula = await signIn('paula');
  });

  after(async () => {
    await browser?.close();
    await mqtt?.endAsync(true);
    await platform?.stop();
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const send = (method: string, path: string, body: object) => sendJson(url, method, path, body);

  async function preparePeople(): Promise<void> {
    await send('PUT', '/ops/identity/groups/desk', { name: 'Exploitation', roles: ['operator'] });
    await send('PUT', '/ops/access/policies/operators', {
      title: 'Exploitants',
      who: { roles: ['operator'] },
      may: ['read', 'write'],
    });
    for (const username of ['paula', 'omar']) await createUser(url, { username, groups: ['desk'] }, PASSWORD);
  }

  async function signIn(username: string): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'fr-FR',
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('Identifiant').fill(username);
    await page.getByLabel('Mot de passe').fill(PASSWORD);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByTestId('account').waitFor();
    return page;
  }

  test('a command in groups waits for a second person, and then shows its progress', async () => {
    await openPage(paula, `${url}/operate/commands?open=%2B`);
    await paula.getByRole('textbox', { name: 'Rue, nom…' }).fill('Carnot');
    const sendButton = paula.getByRole('button', { name: 'Envoyer · 6 points lumineux', exact: true });
    await sendButton.waitFor();
    await choose(paula.getByRole('combobox', { name: 'Par groupes de' }), '5 points lumineux');
    await choose(paula.getByRole('combobox', { name: 'Un groupe toutes les' }), '10 secondes');
    await paula.getByRole('textbox', { name: 'Motif' }).fill('Chantier');
    await sendButton.click();
    await paula.getByText('Demandée : une seconde personne l’approuve').waitFor();
    const approve = 'Approuver';
    await paula.getByRole('button', { name: approve, exact: true }).click();
    await paula.getByRole('status').filter({ hasText: 'Une autre personne' }).waitFor();
    await paula.getByText('attend une approbation').first().waitFor();

    const omar = await signIn('omar');
    await openPage(omar, paula.url());
    await omar.getByRole('button', { name: approve, exact: true }).click();
    // The first group at once. The other lamp comes with the second group, which is tested last.
    await omar.getByText(/^[56] sur 6 prévenus, par groupes de 5 toutes les 10 s$/).waitFor();
    await omar.getByRole('progressbar', { name: 'Réponses' }).waitFor();
    await checkPage(omar);
    await omar.context().close();
  });

  test('the table keeps the height of its rows and its columns', async () => {
    await openPage(paula, `${url}/operate/commands`);
    const table = paula.getByTestId('table-commands');
    const row = table.locator('tr[data-testid^="row-"]').first();
    const heights = async () => Math.round((await row.boundingBox())?.height ?? 0);
    await row.waitFor();
    const comfortable = await heights();
    await table.getByRole('button', { name: 'Hauteur des lignes: Confortable' }).click();
    await table.getByRole('button', { name: 'Colonnes' }).click();
    await paula.getByRole('checkbox', { name: 'Par', exact: true }).click();
    await paula.keyboard.press('Escape');
    const author = table.getByRole('columnheader', { name: 'Par', exact: true });
    await author.waitFor({ state: 'detached' });
    const compact = await heights();
    assert.ok(compact < comfortable, `${compact} px instead of ${comfortable}`);
    await paula.reload();
    await row.waitFor();
    assert.equal(await heights(), compact);
    assert.equal(await author.count(), 0);
  });

  test('lamps on one pole open in a ring, where each can be chosen', async () => {
    const seen: string[] = [];
    for (const [right, down] of RING) {
      await openPage(paula, `${url}/map?view=19.00/${PLACE[1]}/${PLACE[0]}&type=Streetlight`);
      const ground = await paula.getByRole('application', { name: 'Carte du territoire' }).boundingBox();
      const list = await paula.getByRole('region', { name: 'Équipements' }).boundingBox();
      assert.ok(ground && list);
      const padding = list.width + 16;
      const [x, y] = [ground.x + padding + (ground.width - padding) / 2, ground.y + ground.height / 2];
      await pointAt(paula, [x, y]);
      await paula.mouse.click(x, y);
      const name = await pointAt(paula, [x + right, y + down]);
      await paula.mouse.down();
      await paula.mouse.up();
      await paula.getByRole('article', { name, exact: true }).waitFor();
      seen.push(name);
    }
    assert.deepEqual(seen.toSorted(), ON_THE_POLE);
  });

  test('the label of a lamp is printed alone; its code leads to the lamp', async () => {
    const lamp = LAMPS[0]?.asset ?? '';
    await paula.addInitScript(`window.print = () => {
      window.printed = [...document.querySelectorAll('.qr-label strong, h1')].map(
        (each) => each.localName + ' ' + getComputedStyle(each).visibility,
      );
    };`);
    await paula.goto(`${url}/e/${encodeURIComponent(lamp)}`); // the script is for loaded pages
    await paula.getByRole('button', { name: 'Étiquette', exact: true }).click();
    const label = paula.getByTestId('qr-label');
    await label.getByText('Pole 1').waitFor();
    await label.getByRole('img', { name: 'Code qui mène à la page de Pole 1' }).waitFor();
    for (const [forAgents, path] of [
      [false, '/app/e/'],
      [true, '/e/'],
    ] as const) {
      if (forAgents) await paula.getByRole('checkbox', { name: 'Étiquette pour les agents' }).check();
      const address = `${url}${path}${encodeURIComponent(lamp)}`;
      await label.getByText(address, { exact: true }).waitFor();
      await eventually('the code has the address', async () => (await readCode(paula)) === address, PATIENCE_MS);
    }
    await paula.emulateMedia({ media: 'print' });
    await paula.getByRole('button', { name: 'Imprimer l’étiquette' }).click();
    const printed = (await paula.evaluate('window.printed')) as string[];
    assert.ok(printed.includes('strong visible') && printed.includes('h1 hidden'), printed.join());
    await paula.emulateMedia({ media: 'screen' });
  });

  test('a command in groups has reached every lamp', async () => {
    await openPage(paula, `${url}/operate/commands`);
    await paula.getByRole('button', { name: 'Ouvrir Chantier' }).click();
    await paula.getByText(/^6 sur 6 prévenus/).waitFor();
    await paula.getByRole('listitem').filter({ hasText: '6 acquittées' }).waitFor();
    const acts = paula.getByRole('listitem');
    await acts.filter({ hasText: /· approuvée$/ }).waitFor();
    assert.equal(await acts.filter({ hasText: /· un groupe prévenu$/ }).count(), 2);
  });
});

type Pixel = readonly [number, number];

/** Moves the mouse to a position until the map shows the name of an entity there. */
async function pointAt(page: Page, [x, y]: Pixel): Promise<string> {
  const name = page.locator('.map-tooltip strong');
  // The name of the previous entity must disappear first.
  await page.mouse.move(x, y + 150);
  await name.waitFor({ state: 'detached' });
  let shift = 0;
  return eventually(`something at ${x}, ${y}`, async () => {
    shift = 1 - shift; // the map reacts only to movements
    await page.mouse.move(x + shift, y);
    return (await name.count()) > 0 && (await name.textContent())?.trim();
  });
}

/** The text of the label's code, read from its pixels. */
async function readCode(page: Page): Promise<string | undefined> {
  const greys = (await page.evaluate(`(async () => {
    const image = document.querySelector('.qr-label img');
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: ${CODE_PX}, height: ${CODE_PX} });
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 8, 8, canvas.width - 16, canvas.height - 16);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: data.length / 4 }, (_, at) => data[at * 4]);
  })()`)) as number[];
  const data = Uint8ClampedArray.from(greys.flatMap((grey) => [grey, grey, grey, 255]));
  try {
    return decodeQR({ width: CODE_PX, height: CODE_PX, data });
  } catch {
    return undefined;
  }
}
