import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@alzette/kit/testing';
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { pino } from 'pino';
import { freePort } from '../../../scripts/programs.ts';
import { readConfig } from '../../src/config.ts';
import { type Platform, startPlatform } from '../../src/platform.ts';
import { productServices } from '../../src/services.ts';
import { appEverydayTests } from '../support/app-everyday.ts';
import { type DemoData, newDemoData } from '../support/demo-data.ts';
import { checkPage, followRail, launchWholeBrowser, tabTo } from '../support/pages.ts';

const { CHROMIUM, SCREENSHOTS } = process.env;
const SCREENS = [
  { name: 'phone', viewport: { width: 390, height: 844 } },
  { name: 'desktop', viewport: { width: 1440, height: 1000 } },
];
const WAITS_MS = 60_000;
/** Services with a slow demo, which is not needed here. */
const NOT_NEEDED = ['reports', 'opendata', 'dashboards', 'backups'];
/** The interval between checks of a job's precondition. */
const BETWEEN_MS = 5_000;
/** The demo's history arrives in the background, slowly on a busy machine. */
const PAST_MS = 300_000;

describe('waste, mobility and environment, in French and English', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let data: DemoData;
  let platform: Platform;
  let url: string;
  let browser: Browser;
  let french: Page;
  let english: Page;
  const faults: string[] = [];

  const ask = async <T>(path: string, method = 'GET', body?: object): Promise<T> => {
    const headers = body ? { 'content-type': 'application/json' } : undefined;
    const answer = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return (await answer.json()) as T;
  };
  const pageIn = async (locale: string, more: object = {}): Promise<[Page, BrowserContext]> => {
    const context = await browser.newContext({
      locale,
      timezoneId: 'Europe/Paris',
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
      ...more,
    });
    context.setDefaultTimeout(WAITS_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    return [page, context];
  };

  before(async () => {
    data = await newDemoData();
    const [port, mqttPort] = [await freePort(), await freePort()];
    url = `http://localhost:${port}`;
    const ports = { PORT: String(port), MQTT_PORT: String(mqttPort), PUBLIC_URL: url };
    const config = readConfig({ ...data.settings, ...ports });
    const services = productServices(config).filter(({ name }) => !NOT_NEEDED.includes(name));
    platform = await startPlatform(config, { logger: pino({ level: process.env.TEST_LOG ?? 'silent' }), services });
    await platform.demo?.isFilled;
    browser = await launchWholeBrowser();
    [french] = await pageIn('fr-FR');
    [english] = await pageIn('en-GB');
  });

  after(async () => {
    await browser?.close();
    await platform?.close();
    await data?.remove();
  });

  /** Runs a job until its result exists; it depends on the history. */
  function worked<T>(job: string, path: string, isThere: (answer: T) => boolean): Promise<boolean> {
    const run = async () => {
      await ask(`/ops/jobs/${job}/run`, 'POST', {});
      await sleep(BETWEEN_MS);
      return isThere(await ask<T>(path));
    };
    return eventually(`what ${job} works out`, run, PAST_MS);
  }

  async function look(page: Page, name: string): Promise<void> {
    for (const { name: screen, viewport } of SCREENS) {
      await page.setViewportSize(viewport);
      await page.waitForTimeout(300); // charts adapt to their size
      if (SCREENSHOTS) {
        await page.screenshot({ path: join(SCREENSHOTS, `everyday-${name}-${screen}.png`), fullPage: true });
      }
      await checkPage(page);
    }
    assert.deepEqual(faults, []);
  }

  test('stops of both sides of the border are on one board, with the source of their times', async () => {
    const stops = await eventually('stops of three operators', async () => {
      const found = await ask<{ stops: { id: string; name: string; operator: string }[] }>(
        '/citizen/v1/stops?limit=50',
      );
      return new Set(found.stops.map(({ operator }) => operator)).size >= 3 ? found.stops : undefined;
    });
    await french.goto(`${url}/cockpits/mobility`);
    const chosen = ['Fluo Grand Est', 'RGTR', 'Citeline'].map((operator) => {
      const stop = stops.find((each) => each.operator === operator);
      assert.ok(stop, operator);
      return stop;
    });
    for (const stop of chosen) {
      const { operator } = stop;
      const button = french.getByTestId('stop').filter({ hasText: `${stop.name} (${operator})` });
      await button.focus();
      await french.keyboard.press('Enter');
    }
    const sources = french.getByTestId('source');
    await sources.filter({ hasText: 'Citeline : Horaires théoriques' }).waitFor();
    // At night, without departures soon, there is no real time.
    await eventually('the page to say what the times rest on', async () => {
      const ids = chosen.map(({ id }) => encodeURIComponent(id)).join();
      const board = await ask<{ sources: { operator: string; label: string }[] }>(
        `/citizen/v1/departures?language=fr&limit=30&stop=${ids}`,
      );
      const expected = board.sources.map(({ operator, label }) => `${operator} : ${label}`).sort();
      const shown = (await sources.allTextContents()).sort();
      return expected.length === 3 && expected.join() === shown.join() ? true : undefined;
    });
    await french.getByTestId('counters').waitFor();
    await look(french, 'mobility');
  });

  test('containers show when they will be full, always with the uncertainty', async () => {
    type Filled = { containers: { forecast?: object }[] };
    const isForecast = ({ containers }: Filled) => containers.filter(({ forecast }) => forecast).length > 50; // of 78
    await worked<Filled>('waste.forecast', '/waste/containers', isForecast);
    await french.goto(`${url}/`);
    await followRail(french, 'waste');
    await french.getByRole('heading', { name: 'Conteneurs', level: 1 }).waitFor();
    await french
      .getByTestId('containers')
      .getByText(/entre .* et .*, 8 fois sur 10/)
      .first()
      .waitFor();
    await look(french, 'containers');
  });

  test('a round is planned and saved by keyboard, and its driver records stops without a network', async () => {
    await english.goto(`${url}/cockpits/waste-rounds`);
    await english.getByRole('heading', { name: 'Rounds', level: 1 }).waitFor();
    await english.getByTestId('plan').focus();
    await english.keyboard.press('Enter');
    await english.getByTestId('plan-result').waitFor();
    await english.getByTestId('keep').focus();
    await english.keyboard.press('Enter');
    await english.getByTestId('rounds').waitFor();
    const give = english.getByRole('button', { name: /Driver’s page of/ }).first();
    await give.focus();
    await english.keyboard.press('Enter');
    const link = english.getByTestId('rounds').getByRole('link', { name: /\/waste\/drive\// });
    const path = (await link.getAttribute('href')) as string;
    await english.getByTestId('policies').getByText('Fixed round').first().waitFor();
    await look(english, 'rounds');

    const [phone, context] = await pageIn('fr-FR', { serviceWorkers: 'allow', viewport: { width: 390, height: 844 } });
    await phone.goto(url + path);
    const emptied = phone.getByRole('button', { name: /^Vidé/ });
    await emptied.first().waitFor();
    await checkPage(phone);
    // The page informs its service worker, so one visit is enough.
    for (const kept of ['', '/round'])
      await phone.waitForFunction(`caches.match(location.pathname + '${kept}').then(Boolean)`);
    await context.setOffline(true);
    // Beside much other work the first reload was seen to fail.
    await eventually('the page opens without a network', async () => {
      await phone.reload().catch(() => undefined);
      return emptied
        .first()
        .waitFor({ timeout: 10_000 })
        .then(
          () => true,
          () => false,
        );
    });
    await emptied.first().focus();
    await phone.keyboard.press('Enter');
    await phone.getByText(/1 à envoyer/).waitFor();
    if (SCREENSHOTS) await phone.screenshot({ path: join(SCREENSHOTS, 'everyday-driver-phone.png') });
    await context.setOffline(false);
    await phone.getByText('Tout est envoyé.').waitFor();
    const { rounds } = await ask<{ rounds: { id: string; done: number }[] }>('/waste/rounds');
    const driven = rounds.find(({ done }) => done === 1);
    assert.ok(driven);

    // Without space for a copy, a new link opens all the same while there is a network.
    const session = await context.newCDPSession(phone);
    await session.send('Storage.overrideQuotaForOrigin', { origin: url, quotaSize: 1 });
    const renewed = await ask<{ driverPage: string }>(`/waste/rounds/${driven.id}/driver-page`, 'POST', {});
    await phone.goto(url + renewed.driverPage);
    await emptied.first().waitFor();
    await context.close();
  });

  test('stations show the air by its official index with advice, and their history', async () => {
    const hasPast = async ({ id }: { id: string }) => {
      const { trends } = await ask<{ trends: Record<string, { change?: number }> }>(`/environment/stations/${id}`);
      return Object.values(trends).some(({ change }) => change !== undefined);
    };
    await eventually(
      'the past of stations',
      async () => {
        const stations = await ask<{ id: string }[]>('/ngsi-ld/v1/entities?type=AirQualityObserved&pick=id');
        const known = await Promise.all(stations.map(hasPast));
        return known.length > 0 && known.every(Boolean);
      },
      PAST_MS,
    );
    await english.goto(`${url}/cockpits/environment`);
    await english
      .getByTestId('air')
      .getByText(/\(\d\/6\)/)
      .first()
      .waitFor();
    await english
      .getByTestId('air')
      .getByText(/Station de l’air/)
      .first()
      .click();
    await english
      .getByTestId('past')
      .getByText(/compared with the week before/)
      .first()
      .waitFor();
    await english.getByTestId('noise').waitFor();
    await english.getByTestId('water').getByText('Meets the limits').first().waitFor();
    await look(english, 'environment');
  });

  test('stations are on the map, with the colours of their official bands', async () => {
    await english.setViewportSize({ width: 1440, height: 1000 });
    await english.goto(`${url}/map?type=AirQualityObserved`);
    await english.getByTestId('search').waitFor();
    await english
      .getByRole('button', { name: /Station de l’air/ })
      .first()
      .waitFor();
    await checkPage(english);
    await english.getByText('Noise: LAeq').waitFor();
    await french.goto(`${url}/map`);
    await french.getByText('Bruit : LAeq').waitFor();
    assert.deepEqual(faults, []);
  });

  // Each page in one of the languages, in turn; with EVERY_PAGE=all in both.
  for (const [language, title, isTurn] of [
    ['fr', { waste: 'Conteneurs', rounds: 'Tournées', mobility: 'Mobilité', environment: 'Environnement' }, true],
    ['en', { waste: 'Containers', rounds: 'Rounds', mobility: 'Mobility', environment: 'Environment' }, false],
  ] as const) {
    test(`each page is used only with the Tab and Enter keys, in ${language}`, async () => {
      const page = language === 'fr' ? french : english;
      const isOn = (turn: boolean) => process.env.EVERY_PAGE === 'all' || turn === isTurn;
      const opened = async (path: string, heading: string) => {
        await page.setViewportSize({ width: 1440, height: 1000 });
        await page.goto(`${url}/cockpits/${path}`);
        await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      };
      const enter = async (element: Locator) => {
        await element.waitFor();
        await tabTo(page, element);
        await page.keyboard.press('Enter');
      };
      if (isOn(true)) {
        await opened('waste', title.waste);
        const row = page
          .getByTestId('containers')
          .getByRole('button', { name: /^(Ouvrir|Open) / })
          .first();
        await row.waitFor();
        await look(page, `containers-${language}`);
        await enter(row);
        await page.waitForURL(/\/e\//);
        await opened('mobility', title.mobility);
        await enter(page.getByTestId('stop').first());
        await page.getByTestId('source').first().waitFor();
        await look(page, `mobility-${language}`);
      }
      if (isOn(false)) {
        await opened('waste-rounds', title.rounds);
        await enter(page.getByTestId('plan'));
        await page.getByTestId('plan-result').waitFor();
        await look(page, `rounds-${language}`);
        await opened('environment', title.environment);
        const station = page.getByTestId('air').getByRole('button', { name: /Station de l’air/ });
        await enter(station.first());
        await page.getByTestId('past').waitFor();
        await look(page, `environment-${language}`);
      }
    });
  }

  appEverydayTests(() => ({ url, browser }));
});
