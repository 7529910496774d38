import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Browser, Page } from '@playwright/test';
import { newDemoData } from '../support/demo-data.ts';
import { PASSWORD, startOwnIdentity } from '../support/own-identity.ts';
import { checkPage, choose, launchBrowser } from '../support/pages.ts';
import { freePort } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;
/** A folder for screenshots, to inspect the pages. */
const { SCREENSHOTS } = process.env;
const SCREENS = [
  { name: 'phone', viewport: { width: 390, height: 844 } },
  { name: 'desktop', viewport: { width: 1440, height: 1000 } },
];
const NIGHTS = 365;
const PATIENCE_MS = 60_000;
const faults: string[] = [];

test('the lighting pages, in French', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, async (t) => {
  const data = await newDemoData();
  const product = await startOwnIdentity(t, { ...data.settings, MQTT_PORT: String(await freePort()) });
  t.after(() => data.remove()); // after the end of the product
  const { publicUrl: url, admin } = product;
  await admin('PUT', '/ops/identity/roles/lighting', {});
  await admin('PUT', '/ops/access/policies/lighting', {
    who: { roles: ['lighting'] },
    may: ['read', 'write', 'administer'],
    tenants: ['*'],
  });
  for (const name of ['ada', 'bob']) await product.newUser(name, { roles: ['lighting'] });
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const ada = await signedIn(browser, url, 'ada');
  const read = async (path: string) => (await product.call(product.root.headers, 'GET', path)).body;
  await eventually(
    'a year of past nights',
    async () => (await read('/lighting/nights')).nights.length >= NIGHTS,
    120_000,
  );

  await t.test('the cockpit shows the measured saving, as the public and the app see it', async () => {
    await ada.goto(`${url}/cockpits/lighting`);
    await ada.getByRole('heading', { name: 'Éclairage public', level: 1 }).waitFor();
    const seen = (await (await fetch(`${url}/public/lighting`)).json()) as {
      thisYear: { rows: { saving: number; savedEnergy: number }[] };
    };
    const [year] = seen.thisYear.rows;
    const percent = new Intl.NumberFormat('fr', { style: 'percent', maximumFractionDigits: 0 });
    const expected = plain(percent.format(year?.saving ?? 0));
    await ada
      .getByTestId('this-year')
      .filter({ hasText: new RegExp(expected.replace(' ', '\\s')) })
      .waitFor();
    for (const part of ['tonight', 'level-map', 'defects', 'by-commune', 'anomalies', 'cabinet-findings']) {
      await ada.getByTestId(part).waitFor();
    }
    await ada.getByTestId('reports-around').getByText('Trop peu pour conclure').first().waitFor();
    await ada.getByTestId('per-inhabitant').waitFor();
    const { lamps, cabinets } = await read('/lighting/anomalies');
    const kinds = (found: readonly { kind: string }[]) => new Set(found.map(({ kind }) => kind));
    for (const kind of ['drift', 'silent', 'tooLittle']) assert.ok(kinds(lamps).has(kind), `no lamp is "${kind}"`);
    assert.deepEqual([...kinds(cabinets)].sort(), ['energyByDay', 'phaseImbalance']);
    await look(ada, 'cockpit');

    const app = await ada.context().newPage();
    await app.goto(`${url}/app/`);
    const kwh = new Intl.NumberFormat('fr', { maximumFractionDigits: 0 }).format(year?.savedEnergy ?? 0);
    await app.getByTestId('lamps-saved').nth(1).waitFor();
    const savedText = plain(await app.getByTestId('lamps-saved').nth(1).textContent());
    assert.ok(savedText.includes(`${plain(kwh)} kWh (${expected})`), `${savedText} is not ${kwh} kWh (${expected})`);
    await app.close();
  });

  await t.test('a zone is drawn, simulated, lit by another programme, approved by a second person, and measured', () =>
    wholeLoop(product, browser, ada),
  );

  await t.test('the park shows missing data, and compares a file before it imports', async () => {
    await ada.goto(`${url}/cockpits/lighting-park`);
    await ada.getByText('Température de couleur au-dessus de 3 000 K').waitFor();
    const buffer = Buffer.from('id_point;puissance\nvillerupt-001;99\n');
    await ada.locator('input[type=file]').setInputFiles({ name: 'parc.csv', mimeType: 'text/csv', buffer });
    await ada.getByTestId('dry-run').click();
    await ada.getByTestId('report').getByText('1 à modifier').waitFor();
    await look(ada, 'park');
    await ada.goto(`${url}/cockpits/lighting-supervision?commune=thil`);
    await ada.getByRole('heading', { name: 'Supervision des lampes', level: 1 }).waitFor();
    await ada.getByRole('table').waitFor();
    await look(ada, 'supervision');
  });
});

/** From the drawn zone to its measurements, with the pages that two people use. */
async function wholeLoop(
  { publicUrl: url, call, root }: Awaited<ReturnType<typeof startOwnIdentity>>,
  browser: Browser,
  ada: Page,
): Promise<void> {
  await ada.goto(`${url}/automate/lighting-strategies?strategy=deux-seuils`);
  await ada.getByRole('heading', { name: "Carte de l'année" }).waitFor();
  await ada.getByRole('button', { name: 'Nouvelle stratégie' }).click();
  await ada.getByLabel('Identifiant').fill('nuit-profonde');
  await ada.getByLabel('Nom', { exact: true }).fill('Nuit profonde');
  await ada.getByLabel('Niveau hors plages (%)').fill('60');
  await drawCurve(ada);
  await ada.getByTestId('save').click();
  await ada.getByRole('button', { name: 'Nuit profonde (version 1)' }).waitFor();

  await ada.getByTestId('draw-zone').click();
  await drawAround(ada);
  await ada
    .getByTestId('drawn')
    .filter({ hasText: /[1-9]\d* lampes? dans le tracé/ })
    .waitFor();
  await ada.getByLabel('Nom de la zone').fill('Quartier dessiné');
  await look(ada, 'zone');
  await ada.getByTestId('keep-zone').click();
  await ada.getByText(/Quartier dessiné \(\d+ lampes\)/).waitFor();

  // A simulation of the zone, compared with the present strategy.
  await ada.goto(`${url}/cockpits/lighting-simulator?kind=zone&zone=quartier-dessine`);
  await ada.getByRole('combobox', { name: 'Partir d’une stratégie' }).press('ArrowDown');
  await ada.getByRole('option', { name: 'Nuit profonde' }).click();
  await ada.getByTestId('simulate').click();
  const line = ada.getByTestId('line-saving');
  await line.waitFor();
  const saving = plain(await line.textContent());
  assert.match(saving, /^Économie ?32,\d %.*43,\d %.*43,\d %/, saving);
  await ada.getByTestId('keep').click();
  const pdf = await call(root.headers, 'GET', (await ada.getByTestId('pdf').getAttribute('href')) ?? '');
  assert.equal(pdf.headers.get('content-type'), 'application/pdf');
  await look(ada, 'simulator');

  // Submitted by one person, who can't approve it.
  await ada.goto(`${url}/automate/lighting-strategies?strategy=nuit-profonde`);
  await choose(ada.getByRole('combobox', { name: 'Où' }), 'Zone dessinée');
  await choose(ada.getByRole('combobox', { name: 'Zone dessinée' }), /Quartier dessiné/);
  await ada.getByTestId('propose').click();
  await ada.getByTestId('approve').click();
  await ada.getByTestId('plan-problem').filter({ hasText: 'Une autre personne' }).waitFor();

  // Approved by the other person, until it is applied.
  const bob = await signedIn(browser, url, 'bob');
  await bob.goto(`${url}/automate/lighting-strategies?strategy=nuit-profonde`);
  await bob.getByTestId('approve').click();
  const plan = bob.getByTestId('plan').first();
  await plan.getByTestId('follow').click();
  await plan.getByRole('progressbar').waitFor();
  await plan.getByText('terminé', { exact: true }).waitFor({ timeout: 120_000 });
  await plan.getByTestId('measured-result').waitFor();
  assert.match(plain(await plan.getByTestId('measured-result').textContent()), /économie \d+ %, promise \d+ %/);
  await look(bob, 'plan');
  await bob.close();

  // The lamps of the zone burn by the programme, which they received by a downlink.
  const { lamps } = (await call(root.headers, 'GET', '/lighting/zones')).body.zones[0];
  const { groups } = (await call(root.headers, 'GET', '/lighting/levels')).body;
  const own = groups.filter(({ strategy }: { strategy: string }) => strategy === 'nuit-profonde');
  assert.equal(own.flatMap((group: { lamps: unknown[] }) => group.lamps).length, lamps);
}

/** By keyboard and by pointer, there and back. */
async function drawCurve(page: Page): Promise<void> {
  const end = page.getByRole('slider', { name: 'Fin de la plage 1' });
  const level = page.getByRole('slider', { name: 'Niveau de la plage 1' });
  const shows = (text: string) => page.locator(`[role=slider][aria-valuetext^="${text}"]`).waitFor();
  await end.press('ArrowRight');
  await shows('05:35');
  await end.press('ArrowLeft');
  await shows('05:30');
  const box = await level.boundingBox();
  assert.ok(box);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const curve = (await page.getByTestId('night-curve').boundingBox()) ?? box;
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + curve.height * 0.5, { steps: 5 }); // the curve is 60 % high
  await shows('20');
  await look(page, 'curve');
  await page.mouse.move(x, y, { steps: 5 });
  await page.mouse.up();
  await shows('50');
}

/** A page of a new browser context. */
async function signedIn(browser: Browser, url: string, name: string): Promise<Page> {
  const context = await browser.newContext({
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
    viewport: { width: 1440, height: 1000 },
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(url);
  await page.getByLabel('Identifiant').fill(name);
  await page.getByLabel('Mot de passe').fill(PASSWORD);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.getByTestId('account').waitFor();
  return page;
}

/** A line around the southernmost commune. */
async function drawAround(page: Page): Promise<void> {
  const map = page.getByTestId('zone-map').locator('canvas').first();
  await map.waitFor();
  await map.scrollIntoViewIfNeeded();
  const box = await map.boundingBox();
  assert.ok(box);
  const [x, y] = [box.x + box.width / 2, box.y + box.height * 0.8];
  const [dx, dy] = [box.height * 0.2, box.height * 0.1];
  await page.mouse.move(x - dx, y - dy);
  await page.mouse.down();
  for (const [right, down] of [
    [1, -1],
    [1, 1],
    [-1, 1],
    [-1, -1],
  ] as const) {
    await page.mouse.move(x + dx * right, y + dy * down, { steps: 6 });
  }
  await page.mouse.up();
}

async function look(page: Page, name: string): Promise<void> {
  for (const { name: screen, viewport } of SCREENS) {
    await page.setViewportSize(viewport);
    await page.waitForTimeout(300); // charts adapt to their size
    if (SCREENSHOTS)
      await page.screenshot({ path: join(SCREENSHOTS, `lighting-${name}-${screen}.png`), fullPage: true });
    await checkPage(page);
  }
  assert.deepEqual(faults, []);
}

/** Normalises spaces. */
function plain(text: string | null): string {
  return (text ?? '').replace(/[\s\u00a0\u202f]+/g, ' ').trim();
}
