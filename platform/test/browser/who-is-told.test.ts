import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { demoProduct } from '../support/demo-product.ts';
import { checkPage, choose, followTo, launchBrowser } from '../support/pages.ts';
import { sendJson } from '../support/send-json.ts';

const { CHROMIUM, SCREENSHOTS } = process.env;
const PATIENCE_MS = 60_000;
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };

describe('who is told of alarms, by forms', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let url: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    url = (await demoProduct()).url;
    browser = await launchBrowser();
    context = await browser.newContext({
      locale: 'fr-FR',
      viewport: DESKTOP,
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    await page.goto(`${url}/settings/recipients?open=%2B`);
  });

  after(async () => {
    await browser?.close();
  });

  const fill = (field: string, text: string) => page.getByTestId(`field-${field}`).locator('input').fill(text);
  const pick = (field: string, option: string) =>
    choose(page.getByTestId(`field-${field}`).getByRole('combobox'), option);
  /** In a list of several. */
  async function add(field: string, option: string): Promise<void> {
    await page.getByTestId(`field-${field}`).click();
    await page.getByRole('option', { name: option, exact: true }).click();
    await page.keyboard.press('Tab');
    await page.getByRole('option').first().waitFor({ state: 'hidden' });
  }
  async function look(name: string): Promise<void> {
    for (const viewport of [PHONE, DESKTOP]) {
      await page.setViewportSize(viewport);
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/told-${name}-${viewport.width}.png` });
      await checkPage(page);
    }
  }
  async function save(): Promise<void> {
    await page.getByTestId('save').click();
    await page.getByTestId('drawer').waitFor({ state: 'detached' });
  }

  test('a recipient with quiet hours is added without an identifier to type', async () => {
    await fill('name', 'Ada Lovelace');
    await fill('email', 'ada@example.org');
    await fill('quietFrom', '22:00');
    await fill('quietTo', '06:30');
    await look('recipient');
    await save();
    await page.getByText('22:00–06:30').waitFor();
    const { recipients } = await sendJson<{ recipients: { id: string; quiet?: object }[] }>(
      url,
      'GET',
      '/channels/recipients',
    );
    assert.deepEqual(recipients.find(({ id }) => id === 'ada-lovelace')?.quiet, { from: '22:00', to: '06:30' });
  });

  test('a plan says who is told and who when nobody answers, and is on at first', async () => {
    await followTo(page, '/settings/who?open=%2B');
    await fill('title', 'La nuit');
    await pick('to1', 'Ada Lovelace');
    await add('by1', 'Courriel');
    await pick('to2', 'Ada Lovelace');
    await add('by2', 'Notification push');
    await fill('after2', '15');
    await look('plan');
    await save();
    const { escalations } = await sendJson<{ escalations: { id: string }[] }>(url, 'GET', '/alarms/escalations');
    assert.deepEqual(
      escalations.filter(({ id }) => id === 'la-nuit'),
      [
        {
          id: 'la-nuit',
          title: 'La nuit',
          enabled: true,
          tellsCleared: false,
          steps: [
            { channels: ['email'], to: 'recipient:ada-lovelace' },
            { channels: ['push'], to: 'recipient:ada-lovelace', after: 'PT15M' },
          ],
        },
      ],
    );
    await sendJson(url, 'DELETE', '/alarms/escalations/la-nuit');
  });

  test('a key for a partner is made in one form with exactly its data, and ends with its right', async () => {
    await followTo(page, '/administer/partners?open=%2B');
    await fill('title', 'Transports du Nord');
    await add('types', 'Conteneur');
    await add('communes', 'Villerupt');
    await fill('perMinute', '30');
    await look('partner');
    await page.getByTestId('save').click();
    await page.getByTestId('said').getByText(/alz_/).waitFor();
    type Policy = { id: string; types?: string[]; scopeQ?: string; may: string[] };
    const partnersOf = async () =>
      (await sendJson<Policy[]>(url, 'GET', '/ops/access/policies')).filter(({ id }) =>
        id.startsWith('partner-transports'),
      );
    const [policy] = await partnersOf();
    assert.deepEqual([policy?.may, policy?.scopeQ, policy?.types?.length], [['read'], '/Villerupt/#', 1]);
    const keys = await sendJson<{ client?: string; limits?: object[]; revokedAt?: string }[]>(
      url,
      'GET',
      '/ops/access/keys',
    );
    assert.deepEqual(keys.find(({ client }) => client === policy?.id)?.limits, [{ requests: 30, per: 'minute' }]);

    await followTo(page, '/administer/partners');
    await page.getByRole('button', { name: 'Ouvrir Transports du Nord' }).click();
    await page.getByTestId('act-remove').click();
    await page.getByTestId('confirm').click();
    await page.getByRole('button', { name: 'Ouvrir Transports du Nord' }).waitFor({ state: 'detached' });
    assert.deepEqual(await partnersOf(), []);
  });
});
