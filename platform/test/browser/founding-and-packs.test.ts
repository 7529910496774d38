import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
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

  const ask = async (path: string) => (await fetch(url + path)).json();

  test('a collectivity is founded from a published file, with the communes that were chosen', async () => {
    await page.getByTestId('found').click();
    await page.getByTestId('founding-name').locator('input').fill('Pays d’Évrange');
    const file = page.getByTestId('founding-file').locator('input[type=file]');
    await file.setInputFiles({ name: 'no.geojson', mimeType: 'application/geo+json', buffer: Buffer.from('{') });
    await page.getByText('Ce fichier n’a pas de limites').waitFor();
    const buffer = Buffer.from(JSON.stringify(BOUNDARIES));
    await file.setInputFiles({ name: 'communes.geojson', mimeType: 'application/geo+json', buffer });
    await page.getByText('Mondorff').waitFor();
    await checkPage(page);
    await page.getByTestId('founding-send').click();
    await page.getByTestId('founded').waitFor();
    const { collectivities } = (await ask('/ops/collectivities')) as {
      collectivities: { tenant: string; communes: { slug: string; code: string; department: string }[] }[];
    };
    const founded = collectivities.find(({ tenant }) => tenant === 'pays-d-evrange');
    assert.deepEqual(
      founded?.communes.map(({ slug, code, department }) => [slug, code, department]),
      [
        ['evrange', '57537', '57'],
        ['mondorff', '57475', '57'],
      ],
    );
  });

  test('who runs the installation sees what it uses, and limits it', async () => {
    await openPage(page, `${url}/administer/collectivities`);
    await page.getByRole('button', { name: 'Pays d’Évrange' }).click();
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
});
