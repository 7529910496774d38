import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import {
  administratorOf,
  BY_HAND,
  BY_REQUEST,
  hostOf,
  noticeOf,
  requestOf,
  type Shown,
} from '../collectivities/three-countries.ts';
import { demoProduct } from '../support/demo-product.ts';
import { checkPage, launchBrowser, openPage } from '../support/pages.ts';

/* What one installation gives to others: a neighbour is founded, and rules come as a pack and go again. */

const PATIENCE_MS = 60_000;
const square = (west: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, 49.6],
      [west + 0.1, 49.6],
      [west + 0.1, 49.7],
      [west, 49.6],
    ],
  ],
});
const BOUNDARIES = {
  type: 'FeatureCollection',
  features: [
    { type: 'Feature', properties: { nom: 'Évrange', code: '57537' }, geometry: square(6) },
    { type: 'Feature', properties: { nom: 'Mondorff', code: '57475' }, geometry: square(6.2) },
  ],
};

const FILE = {
  name: 'communes.geojson',
  mimeType: 'application/geo+json',
  buffer: Buffer.from(JSON.stringify(BOUNDARIES)),
};

describe('a neighbour and a pack', {
  skip: process.env.CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let url: string;
  let browser: Browser;
  let page: Page;

  before(async () => {
    url = (await demoProduct()).url;
    browser = await launchBrowser();
    page = await browser.newPage({ locale: 'fr-FR', viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${url}/administer/collectivities`);
  });

  after(async () => {
    await browser?.close();
  });

  const field = (name: string) => page.getByTestId(`founding-${name}`).locator('input');
  /** What the file does not say. */
  const fillIn = async (shown: Shown) => {
    await field('notice').fill(noticeOf(shown));
    await field('host').fill(hostOf(shown));
    await field('email').fill(administratorOf(shown));
  };
  const choose = async (name: string, option: string) => {
    await page.getByTestId(`founding-${name}`).locator('.v-field').click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };
  const look = async (name: string) => {
    if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`) });
  };
  const ask = async (path: string) => (await fetch(url + path)).json();

  test('a collectivity is founded from a published file, with the communes that were chosen', async () => {
    const [evrange] = BY_HAND as [Shown];
    await page.getByTestId('found').click();
    await field('name').fill(evrange.name);
    const file = page.getByTestId('founding-file').locator('input[type=file]');
    await file.setInputFiles({ name: 'no.geojson', mimeType: 'application/geo+json', buffer: Buffer.from('{') });
    await page.getByText('Ce fichier n’a pas de limites').waitFor();
    await file.setInputFiles(FILE);
    await page.getByText('Mondorff').waitFor();
    await fillIn(evrange);
    await choose('like', 'Cette installation');
    await page.getByTestId('model').getByText('règles').waitFor();
    await checkPage(page);
    await look('founding');
    await page.getByTestId('founding-send').click();
    await page.getByTestId('founded').getByText('documents ont été repris').waitFor();
    await look('founded');
    const { collectivities } = (await ask('/ops/collectivities')) as {
      collectivities: { tenant: string; communes: { slug: string; code: string; department: string }[] }[];
    };
    const founded = collectivities.find(({ tenant }) => tenant === evrange.tenant);
    assert.deepEqual(
      founded?.communes.map(({ slug, code, department }) => [slug, code, department]),
      [
        ['evrange', '57537', '57'],
        ['mondorff', '57475', '57'],
      ],
    );
    const rulesOf = async (headers: Record<string, string>) => {
      const answer = await fetch(`${url}/rules`, { headers });
      return ((await answer.json()) as { rules: unknown[] }).rules.length;
    };
    const [own, taken] = [await rulesOf({}), await rulesOf({ 'ngsild-tenant': evrange.tenant })];
    assert.ok(taken > 0 && taken <= own, `${taken} of ${own} rules`);
  });

  test('nine in three countries each have a host, a map, an app and an administrator of their own', async () => {
    const [, musterdall] = BY_HAND as [Shown, Shown];
    await page.goto(`${url}/administer/collectivities`);
    await page.getByTestId('found').click();
    await field('name').fill(musterdall.name);
    await choose('country', 'Luxembourg');
    await page.getByTestId('founding-file').locator('input[type=file]').setInputFiles(FILE);
    await page.getByText('Mondorff').waitFor();
    await fillIn(musterdall);
    await page.getByTestId('founding-send').click();
    await page.getByTestId('founded').getByText(hostOf(musterdall)).waitFor();
    for (const [n, shown] of BY_REQUEST.entries()) {
      const body = JSON.stringify(requestOf(shown, n));
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/ops/collectivities`, { method: 'POST', headers, body });
      assert.equal(answer.status, 201, await answer.text());
    }
    const { port } = new URL(url);
    for (const shown of [...BY_HAND, ...BY_REQUEST]) {
      const site = `http://${hostOf(shown)}:${port}`;
      await page.goto(`${site}/map`);
      await page.locator('[aria-controls="map-legend"]').click();
      await page.getByText(noticeOf(shown)).waitFor();
      await look(`map-${shown.tenant}`);
      await page.goto(`${site}/app/`);
      await page.getByText(shown.name, { exact: true }).first().waitFor();
      await look(`app-${shown.tenant}`);
      const email = administratorOf(shown);
      const { users } = (await ask(`/ops/identity/users?search=${email}`)) as { users: { roles: string[] }[] };
      assert.deepEqual(
        users.map(({ roles }) => roles),
        [[`${shown.tenant}.administrator`]],
      );
    }
  });

  test('who runs the installation sees what it uses, and limits it', async () => {
    await openPage(page, `${url}/administer/collectivities`);
    await page.getByTestId('table-collectivities').getByRole('button', { name: 'Pays d’Évrange' }).click();
    await page.getByTestId('quota-mailsPerDay').locator('input').fill('100');
    await page.getByTestId('quota-fileBytes').locator('input').fill('500');
    await checkPage(page);
    await page.getByTestId('save-shares').click();
    await page.getByTestId('shares').getByText('Enregistré').waitFor();
    const { quotas, usage } = (await ask('/ops/tenants/pays-d-evrange')) as { quotas: object; usage: object };
    assert.deepEqual(quotas, { mailsPerDay: 100, fileBytes: 500_000_000 });
    assert.deepEqual(Object.keys(usage), ['requests', 'jobs', 'computeSeconds', 'mails', 'pushes']);
  });

  test('a pack says what it will change, brings its rules with the given value, and takes them away', async () => {
    await openPage(page, `${url}/administer/packs`);
    await page.getByRole('button', { name: 'Stationnement' }).click();
    await page.getByTestId('pack-parameter-free').locator('input').fill('3');
    await page.getByTestId('pack-plan').click();
    await page.getByTestId('pack-planned').getByText('Parking presque complet').waitFor();
    await checkPage(page);
    await page.getByTestId('pack-install').click();
    await page.getByTestId('pack-done').waitFor();
    const rule = '/rules/urn:ngsi-ld:Rule:car-park-full';
    assert.equal(((await ask(rule)) as { rule: { when: { value: number } } }).rule.when.value, 3);
    await page.getByTestId('pack-remove').click();
    await page.getByTestId('pack-remove').click();
    await page.getByTestId('pack-remove').waitFor({ state: 'detached' });
    assert.equal((await fetch(url + rule)).status, 404);
  });

  test('a page of a service of others is found in the settings, and acts with the rights of the reader', async () => {
    const fountain = 'urn:ngsi-ld:DrinkingFountain:place-d-armes';
    const body = JSON.stringify({
      id: fountain,
      type: 'DrinkingFountain',
      name: { type: 'Property', value: 'Place d’Armes' },
    });
    const headers = { 'content-type': 'application/json' };
    assert.equal((await fetch(`${url}/ngsi-ld/v1/entities`, { method: 'POST', headers, body })).status, 201);
    await openPage(page, `${url}/settings`);
    await page.getByTestId('setting-services').click();
    await page.getByTestId('service-page-fountains-checks').click();
    await page.getByText('Place d’Armes: Jamais contrôlée').waitFor();
    await checkPage(page);
    await page.getByRole('button', { name: 'Place d’Armes: Potable' }).click();
    await page.getByText('Place d’Armes: Potable').waitFor();
    const [{ isDrinkable }] = (await ask(`/x/fountains/${fountain}/checks`)) as [{ isDrinkable: boolean }];
    assert.equal(isDrinkable, true);
    assert.equal((await fetch(`${url}/ngsi-ld/v1/entities/${fountain}`, { method: 'DELETE' })).status, 204);
  });
});
