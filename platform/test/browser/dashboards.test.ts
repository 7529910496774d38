import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Browser, Page } from '@playwright/test';
import { pino } from 'pino';
import { freePort } from '../../../scripts/programs.ts';
import { readConfig } from '../../src/config.ts';
import { type Platform, startPlatform } from '../../src/platform.ts';
import { productServices } from '../../src/services.ts';
import { territoryLink } from '../support/lamps.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, choose, launchWholeBrowser } from '../support/pages.ts';
import { sendJson } from '../support/send-json.ts';

const { CHROMIUM, SCREENSHOTS } = process.env;
const WAITS_MS = 60_000;
/** Only the services that are needed; the test creates their data. */
const NEEDED = ['channels', 'dashboards', 'alarms'];

interface Placed {
  readonly id: string;
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly question?: { readonly type: string };
}

describe('dashboards', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let dataDir: string;
  let platform: Platform;
  let url: string;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const [port, mqttPort] = [await freePort(), await freePort()];
    url = `http://localhost:${port}`;
    const config = readConfig({
      ...{
        DATA_DIR: dataDir,
        ...(await onServer(dataDir)),
        PORT: String(port),
        MQTT_PORT: String(mqttPort),
        PUBLIC_URL: url,
        DEMO: 'off',
      },
    });
    const services = productServices(config).filter(({ name }) => NEEDED.includes(name));
    platform = await startPlatform(config, { logger: pino({ level: process.env.TEST_LOG ?? 'silent' }), services });
    await putEntities();
    browser = await launchWholeBrowser();
    const context = await browser.newContext({
      ...{ locale: 'fr-FR', timezoneId: 'Europe/Paris', reducedMotion: 'reduce', serviceWorkers: 'block' },
      viewport: { width: 1440, height: 1000 },
    });
    context.setDefaultTimeout(Number(process.env.WAITS_MS ?? WAITS_MS));
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
  });

  after(async () => {
    await browser?.close();
    await platform?.close();
    await rm(dataDir, { recursive: true });
  });

  /** Three lamps with a monthly measurement in the last year, and one container. */
  async function putEntities(): Promise<void> {
    const send = (path: string, body: object) => sendJson(url, 'POST', path, body, territoryLink(url));
    await send('/ngsi-ld/v1/entityOperations/upsert', [
      ...[1, 2, 3].map((n) => ({
        id: `urn:ngsi-ld:Streetlight:d${n}`,
        type: 'Streetlight',
        scope: '/Thil',
        powerConsumption: { value: 30 + n, unitCode: 'WTT' },
      })),
      { id: 'urn:ngsi-ld:WasteContainer:d1', type: 'WasteContainer', scope: '/Thil' },
    ]);
    const now = new Date();
    const month = (ago: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 2)).toISOString();
    for (const n of [1, 2, 3]) {
      await send('/ngsi-ld/v1/temporal/entities', {
        id: `urn:ngsi-ld:Streetlight:d${n}`,
        type: 'Streetlight',
        powerConsumption: Array.from({ length: 12 }, (_, ago) => ({
          type: 'Property',
          value: 30 + n + ago,
          observedAt: month(ago),
        })),
      });
    }
  }

  interface Saved {
    readonly title: string;
    readonly types?: string[];
    readonly widgets: Placed[];
  }
  async function kept(id = ''): Promise<{ dashboard: Saved; link?: string }> {
    return (await (await fetch(`${url}/dashboards/${id}`)).json()) as { dashboard: Saved; link?: string };
  }
  async function saved(): Promise<Saved> {
    const id = new URL(page.url()).pathname.split('/').at(-1);
    return (await kept(id)).dashboard;
  }

  const focus = (id: string) => page.getByTestId(id).focus();
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  test('are built by keyboard: created, filled, placed, resized, saved, undone', async () => {
    await page.goto(`${url}/share/dashboards`);
    await focus('new-dashboard');
    await press('Enter');
    const empty = page.getByTestId('new-empty');
    await empty.waitFor();
    await empty.focus();
    await press('Enter');
    await page.getByTestId('edit').waitFor();
    await focus('edit');
    await press('Enter');
    const title = page.getByTestId('dashboard-title').locator('input');
    await title.focus();
    await press('Control+A');
    await page.keyboard.type('Nuit et jour');
    for (const name of ['Lampadaires', 'Puissance']) {
      await focus('add-widget');
      await press('Enter');
      await page.getByTestId('add-empty').waitFor();
      await focus('add-empty');
      await press('Enter');
      const field = page.getByTestId('widget-title').locator('input');
      await field.focus();
      await press('Control+A');
      await page.keyboard.type(name);
    }
    // The second widget becomes a chart over time.
    await choose(page.getByTestId('widget-kind').getByRole('combobox'), 'Courbe');
    await choose(page.getByTestId('question-measure').getByRole('combobox'), 'Moyenne');
    const attribute = page.getByTestId('question-attribute').locator('input[role=combobox]');
    await attribute.focus();
    await page.keyboard.type('powerConsumption');
    await press('Tab');
    await eventually('the unit of the attribute is filled in', async () => {
      return (await page.getByTestId('widget-unit').locator('input').inputValue()) === 'W';
    });
    // A value that no lamp has does not silently count nothing.
    const condition = page.getByTestId('question-q').getByRole('textbox');
    await condition.fill('status=="lampFailure"');
    await page.getByTestId('condition-meeting').getByText('Rien n’y répond en ce moment.').waitFor();
    assert.equal(await page.getByTestId('condition-values').count(), 1, 'the values that there are can be chosen');
    await condition.fill('');
    const [first, second] = await page
      .locator('[data-testid^="place-"]')
      .evaluateAll((found) => found.map((each) => each.getAttribute('data-testid') ?? ''));
    assert.ok(first && second);
    await focus(second);
    await press('ArrowRight', 'ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown', 'Shift+ArrowDown');
    await page
      .getByTestId('said')
      .getByText(/^Colonne 7, ligne 1, 4 sur 4$/)
      .waitFor();
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, 'dashboard-builder.png'), fullPage: true });
    await checkPage(page);
    await focus('save-dashboard');
    await press('Enter');
    await page.getByTestId('edit').waitFor();
    assert.equal(
      await page.evaluate("document.activeElement?.getAttribute('data-testid')"),
      'edit',
      'focus is not lost',
    );
    const { title: name, widgets } = await saved();
    assert.equal(name, 'Nuit et jour');
    assert.deepEqual(
      widgets.map(({ title, x, w, h }) => [title, x, w, h]),
      [
        ['Lampadaires', 0, 3, 2],
        ['Puissance', 6, 4, 4],
      ],
    );
    await page.getByTestId('dashboard').getByText('3', { exact: true }).waitFor();

    await focus('versions');
    await press('Enter');
    await page.getByRole('button', { name: 'Reprendre' }).first().waitFor();
    await press('Escape');
    assert.deepEqual(faults, []);
  });

  test('charts over a year have the months in the reader’s language', async () => {
    // ECharts draws on a canvas, so its calls for text are recorded.
    await page.addInitScript(`
      window.drawnTexts = [];
      const { fillText } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        window.drawnTexts.push(text);
        return fillText.call(this, text, ...rest);
      };`);
    await page.goto(`${page.url().split('?')[0]}?period=1y`);
    await page.getByTestId('chart').locator('canvas').waitFor();
    const drawn = await eventually('months are written', async () => {
      const texts = (await page.evaluate('window.drawnTexts')) as string[];
      return texts.some((text) => /^(janv\.|févr\.|avr\.|juil\.|août|sept\.)/.test(text)) ? texts : undefined;
    });
    assert.ok(!drawn.some((text) => /^(Feb|Apr|May|Aug)$/.test(text)), drawn.join());
    await checkPage(page);
  });

  test('a curve is zoomed by dragging and by keyboard, and shown whole again', async () => {
    const canvas = page.getByTestId('chart-canvas');
    const whole = page.getByTestId('chart-whole');
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    assert.ok(box);
    const [left, right, middle] = [box.x + box.width * 0.4, box.x + box.width * 0.7, box.y + box.height / 2];
    await page.mouse.move(left, middle);
    await page.mouse.down();
    await page.mouse.move((left + right) / 2, middle);
    await page.mouse.move(right, middle);
    await page.mouse.up();
    await whole.waitFor();
    await page
      .getByTestId('chart')
      .getByText(/^Du .* au /)
      .waitFor();
    await checkPage(page);
    await focus('chart-whole');
    await press('Enter');
    await whole.waitFor({ state: 'detached' });
    await focus('chart-canvas');
    await press('+', '+', 'ArrowRight');
    await whole.waitFor();
    await press('Escape');
    await whole.waitFor({ state: 'detached' });
    assert.deepEqual(faults, []);
  });

  test('alarms are marked on a curve, and listed below it', async () => {
    const day = new Date(Date.now() - 40 * 86_400_000).toISOString();
    for (const [id, about, text] of [
      ['a', 'urn:ngsi-ld:Streetlight:d1', 'La lampe d1 est éteinte'],
      ['b', 'urn:ngsi-ld:WasteContainer:d1', 'Le conteneur est plein'],
    ]) {
      const link = `<${url}/contexts/Alert/v2.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
      const alarm = {
        id: `urn:ngsi-ld:Alert:${id}`,
        type: 'Alert',
        severity: 'high',
        status: 'closed',
        about: { object: about },
        dateIssued: day,
        data: { value: { text: { fr: text } } },
      };
      await sendJson(url, 'POST', '/ngsi-ld/v1/entityOperations/upsert', [alarm], { link });
    }
    await focus('edit');
    await press('Enter');
    await page.getByText('Puissance', { exact: true }).first().waitFor();
    const second = page.locator('[data-testid^="place-"]').nth(1);
    await second.focus();
    await press('Enter');
    await page.getByTestId('widget-marks').locator('input').focus();
    await press('Space');
    await focus('save-dashboard');
    await press('Enter');
    await page.getByTestId('edit').waitFor();
    const marks = page.getByTestId('chart-marks');
    await marks.getByText('▲ 1 alarme').waitFor();
    await marks.locator('summary').focus();
    await press('Enter');
    await marks.getByRole('link', { name: 'La lampe d1 est éteinte' }).waitFor();
    await checkPage(page);
    assert.deepEqual(faults, []);
  });

  test('a ready widget of a domain is added beside the others', async () => {
    await focus('edit');
    await press('Enter');
    await focus('add-widget');
    await press('Enter');
    const ready = page.getByTestId('ready-widgets');
    await ready.getByText('Déchets', { exact: true }).waitFor();
    await checkPage(page);
    await ready.getByRole('button', { name: /^Remplissage moyen par commune/ }).press('Enter');
    await focus('save-dashboard');
    await press('Enter');
    await page.getByTestId('edit').waitFor();
    const { widgets } = await saved();
    const { title, x, y, w, h } = widgets.at(-1) as Placed;
    assert.deepEqual([title, w, h], ['Remplissage moyen par commune', 6, 4]);
    const covered = widgets.slice(0, -1).filter((each) => {
      return each.x < x + w && x < each.x + each.w && each.y < y + h && y < each.y + each.h;
    });
    assert.deepEqual(covered, []);
  });

  test('let the reader choose the type, if they are configured so', async () => {
    await focus('edit');
    await press('Enter');
    const types = page.getByTestId('dashboard-types').locator('input[role=combobox]');
    await types.focus();
    for (const type of ['Point lumineux', 'Conteneur']) {
      await page.keyboard.type(type);
      await page.getByRole('option', { name: type, exact: true }).waitFor();
      await press('Enter');
      await page.getByTestId('dashboard-types').getByText(type, { exact: true }).waitFor();
    }
    await press('Escape');
    await page.locator('[data-testid^="place-"]').first().waitFor();
    const [first] = await page
      .locator('[data-testid^="place-"]')
      .evaluateAll((found) => found.map((each) => each.getAttribute('data-testid') ?? ''));
    await focus(first as string);
    await press('Enter');
    await page.getByTestId('question-open').locator('input').focus();
    await press('Space');
    await focus('save-dashboard');
    await press('Enter');
    await page.getByTestId('edit').waitFor();
    const { types: chosen, widgets } = await saved();
    assert.deepEqual([chosen, widgets[0]?.question?.type], [['Streetlight', 'WasteContainer'], '$type']);
    const number = page.getByTestId(`widget-${widgets[0]?.id}`).locator('strong');
    await number.getByText('3', { exact: true }).waitFor();
    await choose(page.getByTestId('type-variable').getByRole('combobox'), 'Conteneur');
    await number.getByText('1', { exact: true }).waitFor();
    assert.match(page.url(), /type=WasteContainer/);
    await checkPage(page);
  });

  test('fill the screen, and return', async () => {
    await focus('tv');
    await press('Enter');
    await page.waitForFunction('document.fullscreenElement !== null');
    const bar = await page.evaluate("document.fullscreenElement.querySelector('[data-testid=dashboard]') !== null");
    assert.ok(bar, 'the widgets are on it');
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, 'dashboard-television.png') });
    await page.evaluate('document.exitFullscreen()');
    await page.waitForFunction('document.fullscreenElement === null');
    assert.deepEqual(faults, []);
  });

  test('are shared by a link that shows the layout, also on a phone', async () => {
    await focus('share');
    await press('Enter');
    const make = page.getByRole('button', { name: 'Créer un lien' });
    await make.focus();
    await press('Enter');
    const id = new URL(page.url()).pathname.split('/').at(-1);
    const link = await eventually('there is a link', async () => {
      return (await kept(id)).link;
    });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${url}/shared/dashboards/${link}`);
    await page.getByTestId('dashboard').getByText('Lampadaires').waitFor();
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, 'dashboard-shared-phone.png'), fullPage: true });
    await checkPage(page);
    assert.deepEqual(faults, []);
  });
});
