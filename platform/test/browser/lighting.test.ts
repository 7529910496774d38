import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import { eventually } from '../support/eventually.ts';
import { checkPage, launchBrowser } from '../support/pages.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;
/** Where pictures of the pages go, for who wants to look. */
const { SCREENSHOTS } = process.env;
const SCREENS = [
  { name: 'phone', viewport: { width: 390, height: 844 } },
  { name: 'desktop', viewport: { width: 1440, height: 1000 } },
];
const NIGHTS = 365;

describe('the lighting pages, in French', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    platform = await startPlatformProcess({ DATA_DIR: dataDir });
    browser = await launchBrowser();
    const context = await browser.newContext({
      locale: 'fr-FR',
      timezoneId: 'Europe/Paris',
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    context.setDefaultTimeout(60_000);
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    const nights = async () => {
      const response = await fetch(`${platform.url}/lighting/nights`);
      return ((await response.json()) as { nights: unknown[] }).nights.length >= NIGHTS;
    };
    await eventually('a year of past nights', nights, 120_000);
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true });
  });

  async function look(name: string): Promise<void> {
    for (const { name: screen, viewport } of SCREENS) {
      await page.setViewportSize(viewport);
      await page.waitForTimeout(300); // charts follow their place
      if (SCREENSHOTS)
        await page.screenshot({ path: join(SCREENSHOTS, `lighting-${name}-${screen}.png`), fullPage: true });
      await checkPage(page);
    }
    assert.deepEqual(faults, []);
  }

  test('the cockpit shows the measured saving, as the public sees it', async () => {
    await page.goto(`${platform.url}/cockpits/lighting`);
    await page.getByRole('heading', { name: 'Éclairage public', level: 1 }).waitFor();
    const seen = (await (await fetch(`${platform.url}/public/lighting`)).json()) as {
      thisYear: { rows: { saving: number }[] };
    };
    const percent = new Intl.NumberFormat('fr', { style: 'percent', maximumFractionDigits: 0 });
    const expected = percent.format(seen.thisYear.rows[0]?.saving ?? 0).replace(/\s/g, ' ');
    const year = page.getByTestId('this-year');
    await year.waitFor();
    assert.ok(
      ((await year.textContent()) ?? '')
        .replace(/[\u00a0\u202f]/g, ' ')
        .includes(expected.replace(/[\u00a0\u202f]/g, ' ')),
    );
    await page.getByTestId('by-commune').waitFor();
    await page.getByTestId('tonight').waitFor();
    await page.getByTestId('anomalies').waitFor();
    await look('cockpit');
  });

  test('a strategy is drawn, kept, simulated, proposed and approved', async () => {
    await page.goto(`${platform.url}/automate/lighting-strategies?strategy=deux-seuils`);
    await page.getByRole('heading', { name: "Carte de l'année" }).waitFor();
    await look('strategies');
    await page.getByRole('button', { name: 'Nouvelle stratégie' }).click();
    await page.getByLabel('Identifiant').fill('nuit-profonde');
    await page.getByLabel('Nom').fill('Nuit profonde');
    await page.getByTestId('add-slot').click();
    await page.getByTestId('save').click();
    await page.getByRole('button', { name: 'Nuit profonde (version 1)' }).waitFor();
    await page.getByRole('combobox', { name: 'Commune' }).press('ArrowDown');
    await page.getByRole('option', { name: 'Thil' }).click();
    await page.getByTestId('propose').click();
    await page.getByTestId('approve').click();
    await page.getByText('en cours').waitFor();
  });

  test('scenarios are compared, kept and told as a PDF', async () => {
    await page.goto(`${platform.url}/cockpits/lighting-simulator`);
    await page.getByTestId('simulate').click();
    await page.getByTestId('line-saving').waitFor();
    const saving = ((await page.getByTestId('line-saving').textContent()) ?? '').replace(/\s+/g, ' ');
    assert.match(saving, /^Économie\s*3[23],\d\s%/);
    await page.getByTestId('keep').click();
    const href = await page.getByTestId('pdf').getAttribute('href');
    const pdf = await fetch(platform.url + href);
    assert.equal(pdf.headers.get('content-type'), 'application/pdf');
    await look('simulator');
  });

  test('the park tells what its data lack, and compares a file before it writes', async () => {
    await page.goto(`${platform.url}/cockpits/lighting-park`);
    await page.getByText('Température de couleur au-dessus de 3 000 K').waitFor();
    const buffer = Buffer.from('id_point;puissance\nvillerupt-001;99\n');
    await page.locator('input[type=file]').setInputFiles({ name: 'parc.csv', mimeType: 'text/csv', buffer });
    await page.getByTestId('dry-run').click();
    await page.getByTestId('report').getByText('1 à modifier').waitFor();
    await look('park');
  });
});
