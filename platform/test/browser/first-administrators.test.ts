import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Browser } from '@playwright/test';
import {
  administratorOf,
  BY_REQUEST,
  hostOf,
  noticeOf,
  requestOf,
  type Shown,
} from '../collectivities/three-countries.ts';
import { PASSWORD, startOwnIdentity } from '../support/own-identity.ts';
import { launchBrowser } from '../support/pages.ts';

const { CHROMIUM, SCREENSHOTS } = process.env;
const PATIENCE_MS = 30_000;
const MADE_UP: readonly Shown[] = [
  { tenant: 'evrange', name: 'Pays d’Évrange', country: 'FR' },
  { tenant: 'musterdall', name: 'Musterdall', country: 'LU' },
];
const NINE = [...BY_REQUEST, ...MADE_UP];

test('the first administrator of each collectivity accepts the invitation and signs in on its own host alone', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, async (t) => {
  const { admin, publicUrl } = await startOwnIdentity(t);
  const { port } = new URL(publicUrl);
  const siteOf = (shown: Shown) => `http://${hostOf(shown)}:${port}`;
  const links = new Map<string, string>();
  for (const [n, shown] of NINE.entries()) {
    const { administrator } = await admin('POST', '/ops/collectivities', requestOf(shown, n));
    links.set(shown.tenant, administrator.link);
  }
  const browser = await launchBrowser();
  t.after(() => browser.close());
  for (const [n, shown] of NINE.entries()) {
    const other = NINE[(n + 1) % NINE.length] as Shown;
    await t.test(shown.name, () => first(browser, shown, { link: links.get(shown.tenant) ?? '', siteOf, other }));
  }
});

interface Place {
  /** Of the invitation. */
  readonly link: string;
  readonly siteOf: (shown: Shown) => string;
  readonly other: Shown;
}

async function first(browser: Browser, shown: Shown, { link, siteOf, other }: Place): Promise<void> {
  const context = await browser.newContext({ locale: 'fr-FR', reducedMotion: 'reduce', serviceWorkers: 'block' });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const look = async (name: string) => {
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `first-${shown.tenant}-${name}.png`) });
  };
  await page.goto(link);
  await page.getByLabel('Nouveau mot de passe').fill(PASSWORD);
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByRole('button', { name: 'Enregistrer' }).waitFor({ state: 'detached' });
  await look('accepted');

  const site = siteOf(shown);
  await page.goto(`${site}/map`);
  await page.getByLabel('Identifiant').fill(administratorOf(shown));
  await page.getByLabel('Mot de passe').fill(PASSWORD);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.getByTestId('account').waitFor();
  await look('in');
  assert.equal(new URL(page.url()).origin, site);
  await page.getByText(shown.name, { exact: true }).first().waitFor();
  await page.locator('[aria-controls="map-legend"]').click();
  await page.getByText(noticeOf(shown)).waitFor();
  await page.goto(`${site}/administer/team`);
  await page.getByText(administratorOf(shown)).first().waitFor();
  await look('team');

  await page.goto(`${siteOf(other)}/administer/team`);
  await page.getByTestId('forbidden').first().waitFor();
  await look('elsewhere');
  await context.close();
}
