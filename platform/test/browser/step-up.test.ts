import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Page } from '@playwright/test';
import { PASSWORD, startOwnIdentity } from '../support/own-identity.ts';
import { launchBrowser } from '../support/pages.ts';

const { CHROMIUM, SCREENSHOTS } = process.env;
const PATIENCE_MS = 120_000;
/** A sign-in counts as recent for ten minutes. */
const LATER_MS = 20 * 60_000;
const LAMPS = [1, 2, 3].map((n) => `urn:ngsi-ld:Streetlight:step-up-${n}`);

/** The product in this process goes on by this much time. */
function clockOf(t: TestContext): (byMs: number) => void {
  const real = globalThis.Date;
  let shift = 0;
  globalThis.Date = class extends real {
    constructor(...given: unknown[]) {
      super(...((given.length === 0 ? [real.now() + shift] : given) as [number]));
    }
    static override now(): number {
      return real.now() + shift;
    }
  } as DateConstructor;
  t.after(() => {
    globalThis.Date = real;
  });
  return (byMs) => {
    shift += byMs;
  };
}

test('with an old sign-in, the portal asks to sign in again and comes back to the same approval', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, async (t) => {
  const later = clockOf(t);
  const { admin, call, root, newUser, publicUrl } = await startOwnIdentity(t);
  await admin('PUT', '/ops/access/policies/second', {
    who: { roles: ['operator'] },
    tenants: ['*'],
    may: ['read', 'write', 'administer'],
  });
  await newUser('anna', { roles: ['operator'], language: 'fr' });
  const lamps = LAMPS.map((id) => ({
    id,
    type: 'Streetlight',
    scope: '/Villerupt',
    address: { type: 'Property', value: { streetAddress: 'Rue A' } },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.93, 49.47] } },
  }));
  const link = `<${publicUrl}/contexts/territory/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"`;
  const written = await call({ ...root.headers, link }, 'POST', '/ngsi-ld/v1/entityOperations/upsert', lamps);
  assert.ok(written.status < 300, written.text);
  await admin('PUT', '/lighting/override-policy', { approvalFrom: 1 });
  const until = new Date(Date.now() + 6 * 3_600_000).toISOString();
  const override = await admin('POST', '/lighting/overrides', { lamps: LAMPS, level: 0.4, until, reason: 'Marché' });
  await admin('PUT', '/lighting/strategies/half', { name: 'Moitié', programme: { level: 0.5 } });
  const plan = await admin('POST', '/lighting/plans', { strategy: 'half', kind: 'all' });

  const browser = await launchBrowser();
  t.after(() => browser.close());
  const context = await browser.newContext({ locale: 'fr-FR', reducedMotion: 'reduce', serviceWorkers: 'block' });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const signIn = async () => {
    await page.getByLabel('Identifiant').fill('anna');
    await page.getByLabel('Mot de passe').fill(PASSWORD);
    await page.getByRole('button', { name: 'Se connecter' }).click();
  };
  const again = async (name: string) => {
    await page.getByTestId('sign-in-again').waitFor();
    await picture(page, name);
    await page.getByRole('button', { name: 'Se connecter à nouveau' }).click();
    await signIn();
  };

  await page.goto(`${publicUrl}/automate/lighting-strategies`);
  await signIn();
  await page.getByTestId('approve').waitFor();
  later(LATER_MS);
  await page.getByTestId('approve').click();
  await again('plan');
  await page.waitForURL((url) => url.searchParams.get('plan') === plan.id);
  await page.getByTestId('approve').waitFor();
  await picture(page, 'plan-again');
  await page.getByTestId('approve').click();
  await page.getByTestId('approve').waitFor({ state: 'detached' });

  await page.goto(`${publicUrl}/operate/commands?open=${override.id}`);
  await page.getByTestId('approve').waitFor();
  later(LATER_MS);
  await page.getByTestId('approve').click();
  await again('command');
  await page.waitForURL((url) => url.searchParams.get('open') === override.id);
  await page.getByTestId('approve').waitFor();
  await picture(page, 'command-again');
  await page.getByTestId('approve').click();
  await page.getByTestId('approve').waitFor({ state: 'detached' });
});

async function picture(page: Page, name: string): Promise<void> {
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `step-up-${name}.png`), fullPage: true });
}
