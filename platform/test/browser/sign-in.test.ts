import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import { onServer } from '../support/own-database.ts';
import { checkPage, launchBrowser } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;
const PASSWORD = 'rivière-Minerai-77';
const PHONE = { width: 390, height: 844 };
const PATIENCE_MS = 60_000;
/** A folder for screenshots, to inspect the pages. */
const { SCREENSHOTS } = process.env;

describe('signing in, in a browser', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let url: string;
  let secret: string;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const port = await freePort();
    url = `http://localhost:${port}`;
    platform = await startPlatformProcess({
      DATA_DIR: dataDir,
      ...(await onServer(dataDir)),
      PORT: String(port),
      ACCESS: 'enforced',
      DEMO: 'off',
    });
    browser = await launchBrowser();
    context = await browser.newContext({ locale: 'fr-FR', reducedMotion: 'reduce', serviceWorkers: 'block' });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
    await rm(dataDir, { recursive: true });
  });

  let pictures = 0;
  async function isAccessible(): Promise<void> {
    for (const viewport of [{ width: 1280, height: 800 }, PHONE]) {
      await page.setViewportSize(viewport);
      if (SCREENSHOTS) {
        pictures += 1;
        await page.screenshot({ path: join(SCREENSHOTS, `sign-in-${pictures}-${viewport.width}.png`), fullPage: true });
      }
      await checkPage(page);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  }

  const code = (laterMs = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + laterMs });

  test('the portal requires a sign-in; the first administrator enrols and chooses a password', async () => {
    const first = /Sign in as "admin" with (\S+); this password is shown only once/.exec(platform.output())?.[1] ?? '';
    assert.notEqual(first, '');
    await page.goto(url);
    await page.getByRole('heading', { name: 'Se connecter' }).waitFor();
    await isAccessible();
    await page.getByLabel('Identifiant').fill('admin');
    await page.getByLabel('Mot de passe').fill('wrong');
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByRole('alert').first().waitFor();
    await isAccessible();
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await page.getByRole('link', { name: 'Français' }).click();
    await page.getByLabel('Identifiant').fill('admin');
    await page.getByLabel('Mot de passe').fill(first);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByRole('heading', { name: 'Protéger ce compte' }).waitFor();
    await isAccessible();
    secret = (await page.locator('.code').textContent()) ?? '';
    await page.getByLabel('Code à six chiffres').fill(code());
    await page.getByRole('button', { name: 'Continuer' }).click();
    await page.getByRole('heading', { name: 'Choisissez votre mot de passe' }).waitFor();
    await isAccessible();
    const chosen = page.getByLabel('Nouveau mot de passe');
    const strength = async () => Number(await page.evaluate("document.querySelector('meter').value"));
    await chosen.fill('rivière');
    assert.ok((await strength()) < 0.5);
    await chosen.fill(PASSWORD);
    assert.equal(await strength(), 1);
    await page.getByLabel('Afficher').check();
    assert.equal(await chosen.getAttribute('type'), 'text');
    await isAccessible();
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByTestId('account').waitFor();
    await page.waitForURL(/\/administer\/health$/); // where an administrator's day begins
    assert.match((await page.getByTestId('account').getAttribute('aria-label')) ?? '', /admin/);
  });

  test('the portal reads with its token, and a new tab is signed in without a question', async () => {
    const answers: number[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/ngsi-ld/v1/')) answers.push(response.status());
    });
    const read = page.waitForResponse((response) => response.url().includes('/ngsi-ld/v1/') && response.ok());
    await page.reload();
    await page.getByTestId('account').waitFor();
    await read;
    assert.ok(!answers.includes(401), answers.join());
    const other = await context.newPage();
    await other.goto(url);
    await other.getByTestId('account').waitFor();
    await other.close();
  });

  test('a user who adds a device is told that its network server needs a secret', async () => {
    await page.goto(`${url}/devices/new`);
    await page.getByText('POST', { exact: false }).first().waitFor();
    await page.getByText('/iot/lns/<connection>').waitFor();
    await page.getByText('PUT /iot/registry/connections/<connection>').waitFor();
    await isAccessible();
    await page.goto(url);
    await page.getByTestId('account').waitFor();
  });

  test('an administrator sees the portal as a colleague, in their rights and only to read', async () => {
    await page.goto(`${url}/administer/people`);
    await page.getByTestId('new').click();
    for (const [key, value] of [
      ['username', 'maude'],
      ['givenName', 'Maude'],
      ['familyName', 'Keller'],
    ]) {
      await page
        .getByTestId(`field-${key}`)
        .locator('input')
        .fill(value ?? '');
    }
    const saving = page.waitForRequest((request) => request.method() === 'POST');
    await page.getByTestId('save').click();
    const { authorization = '' } = await (await saving).allHeaders();
    await page.getByRole('button', { name: /^Ouvrir maude/ }).click();
    const put = async (path: string, data: object) => {
      const answer = await page.request.put(url + path, { data, headers: { authorization } });
      assert.ok(answer.ok(), `${path}: ${await answer.text()}`);
    };
    // Maude may write, but who sees the portal as her may not.
    await put('/ops/access/policies/signed-in', { who: { signedIn: true }, may: ['read', 'write'] });
    await page.getByTestId('act-see').click();
    const bar = page.getByTestId('seen-as');
    await bar.filter({ hasText: 'Vous voyez le portail comme Maude Keller.' }).waitFor();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await isAccessible();
    await page.goto(`${url}/administer/people`);
    await page.getByTestId('forbidden').waitFor();
    await bar.waitFor(); // on every page
    await page.goto(`${url}/today`);
    await page.getByTestId('note-text').getByRole('textbox').fill('Armoire 12 ouverte');
    await page.getByTestId('note-send').click();
    await page.getByTestId('handover').getByText('rien ne peut être changé').waitFor();
    assert.equal(await page.getByTestId('handover').getByRole('listitem').count(), 0);
    await bar.getByTestId('end-seeing').click();
    await page.waitForURL(/\/administer\/people/);
    await page.getByTestId('new').waitFor();
    assert.equal(await bar.count(), 0);
  });

  test('an account page with sessions and data; a passkey is added', async () => {
    await page.goto(`${url}/oidc/account`);
    await page.getByRole('heading', { name: 'Mon compte' }).waitFor();
    await isAccessible();
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.getByRole('button', { name: 'Ajouter une clé d’accès' }).click();
    await page.getByText(/^Clé du/).waitFor();
    await isAccessible();
    await page.goto(`${url}/oidc/privacy`);
    await page.getByRole('heading', { name: 'Registre des traitements' }).waitFor();
    await isAccessible();
  });

  test('signing out leads back to the sign-in page, where the passkey signs in again', async () => {
    await page.goto(url);
    await page.getByTestId('account').click();
    await page.getByTestId('sign-out').click();
    await page.getByRole('heading', { name: 'Se connecter' }).waitFor();
    await page.getByRole('button', { name: 'Utiliser une clé d’accès' }).click();
    await page.getByTestId('account').waitFor();
    await page.getByTestId('account').click();
    await page.getByTestId('sign-out').click();
    await page.getByRole('heading', { name: 'Se connecter' }).waitFor();
  });

  test('the app requires no sign-in, and allows one', async () => {
    await page.goto(`${url}/app/`);
    await page.getByRole('link', { name: 'Réglages' }).first().click();
    await page.getByTestId('sign-in').click();
    await page.getByLabel('Identifiant').fill('admin');
    await page.getByLabel('Mot de passe').fill(PASSWORD);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByLabel('Code à six chiffres').fill(code(30_000));
    await page.getByRole('button', { name: 'Continuer' }).click();
    await page.waitForURL(/\/app\/settings/);
    await page.getByTestId('signed-in').filter({ hasText: 'admin' }).waitFor();
    await page.getByTestId('sign-out').click();
    await page.waitForURL(`${url}/app/**`);
    await page.getByRole('link', { name: 'Réglages' }).first().click();
    await page.getByTestId('sign-in').waitFor();
  });
});
