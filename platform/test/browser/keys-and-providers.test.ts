import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import * as oidc from 'openid-client';
import { startExternalIssuer } from '../../../services/identity/test/support/external-issuer.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, launchBrowser, openPage } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 60_000;
const PASSWORD = 'canal-Tilleul-48-forge';
/** A folder for screenshots, to inspect the pages. */
const { SCREENSHOTS } = process.env;

describe('keys and providers, in a browser', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let url: string;
  const closing: (() => void)[] = [];

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const port = await freePort();
    url = `http://localhost:${port}`;
    // Open access first, for the settings of an administrator; then enforced, on the same data.
    const environment = {
      DATA_DIR: dataDir,
      ...(await onServer(dataDir)),
      PORT: String(port),
      DEMO: 'off',
      MQTT_PORT: '0',
    };
    platform = await startPlatformProcess({ ...environment, ACCESS: 'open' });
    const issuer = await startExternalIssuer(
      { after: (close) => void closing.push(close as () => void) },
      { url, name: 'prefecture' },
    );
    const put = async (path: string, body: unknown, method = 'PUT') => {
      const response = await fetch(url + path, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      assert.ok(response.ok, `${path}: ${response.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    };
    await put('/ops/identity/groups/feeders', { name: 'Feeders', roles: ['contractor'] });
    const settings = { groups: { providers: 'feeders' } };
    await put('/ops/identity/providers/prefecture', {
      title: 'Préfecture',
      issuer: issuer.url,
      ...issuer.client,
      settings,
    });
    const feed = { title: 'Éclairage', who: { groups: ['feeders'] }, may: ['read', 'write'], types: ['Streetlight'] };
    await put('/ops/access/policies/feed', { ...feed, delegable: true });
    await put('/ngsi-ld/v1/entities', { id: 'urn:ngsi-ld:Streetlight:1', type: 'Streetlight' }, 'POST');
    await put('/ops/identity/clients/board', { name: 'Tableau', kind: 'device', api: ['read'] });
    await put('/ops/identity/clients/atlas', { name: 'Atlas', kind: 'public', redirectUris: [`${url}/ready`] });
    const { id } = await put('/ops/identity/users', { username: 'anne' }, 'POST');
    const { link } = await put(`/ops/identity/users/${id}/reset-link`, {}, 'POST');
    await fetch(link, { method: 'POST', body: new URLSearchParams({ password: PASSWORD }) });
    issuer.person({ sub: 'paul', preferred_username: 'paul', given_name: 'Paul', groups: ['providers'] });
    await platform.stop();
    platform = await startPlatformProcess({ ...environment, ACCESS: 'enforced' });
    browser = await launchBrowser();
    context = await browser.newContext({ locale: 'fr-FR', reducedMotion: 'reduce', serviceWorkers: 'block' });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
  });

  after(async () => {
    await browser?.close();
    for (const close of closing) close();
    await platform?.stop();
    await rm(dataDir, { recursive: true });
  });

  async function isAccessible(name: string): Promise<void> {
    for (const [kind, viewport] of [
      ['phone', { width: 390, height: 844 }],
      ['desktop', { width: 1280, height: 800 }],
    ] as const) {
      await page.setViewportSize(viewport);
      if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}-${kind}.png`), fullPage: true });
      await checkPage(page);
    }
  }

  test('an external provider signs in, the live feed has the token, and a key is created, replaced and revoked', async () => {
    await page.goto(url);
    await page.getByRole('link', { name: 'Continuer avec Préfecture' }).click();
    await page.getByRole('heading', { name: 'Elsewhere' }).waitFor();
    await page.getByLabel('Who').fill('paul');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByTestId('account').waitFor();
    // The stream belongs to all tabs, so the page only says that it is live.
    await page.locator('[data-testid="connection"][data-connection="live"]').waitFor();
    await openPage(page, `${url}/keys`);
    await page.getByRole('heading', { name: 'Mes clés' }).waitFor();
    await page.getByText('Il n’y en a pas encore.').waitFor();
    await isAccessible('keys-empty');
    await page.getByLabel('À quoi elle sert').fill('Flux des lampes');
    await page.getByTestId('key-make').click();
    const first = (await page.getByTestId('made-key-text').textContent()) ?? '';
    await page.getByTestId('key-good').waitFor();
    await isAccessible('keys-made');
    const statusOf = async (key: string) =>
      (await fetch(`${url}/ngsi-ld/v1/entities/urn:ngsi-ld:Streetlight:1`, { headers: { 'x-api-key': key } })).status;
    assert.equal(await statusOf(first), 200);
    await page.getByTestId('key-rotate').click();
    await page.getByTestId('key-sure').click();
    await page.getByTestId('key-revoked').waitFor();
    const second = (await page.getByTestId('made-key-text').textContent()) ?? '';
    assert.notEqual(second, first);
    assert.deepEqual([await statusOf(first), await statusOf(second)], [401, 200]);
    await page.getByTestId('key-revoke').click();
    await isAccessible('keys-sure');
    await page.getByTestId('key-sure').click();
    await page.getByTestId('key-good').waitFor({ state: 'detached' });
    assert.equal(await statusOf(second), 401);
    await page.getByTestId('account').click();
    await page.getByTestId('language-en').click();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'My keys' }).waitFor();
    await isAccessible('keys-english');
  });

  test('an expiring token is renewed silently', async () => {
    await page.goto(url);
    await page.getByTestId('account').waitFor();
    const renewed = page.waitForResponse((response) => response.url().endsWith('/oidc/token') && response.ok());
    // Simulates the expiry after ten minutes when the page starts.
    await page.evaluate(() => {
      for (const name of Object.keys(sessionStorage)) {
        if (!name.includes('alzette.portal.user')) continue;
        const user = JSON.parse(sessionStorage.getItem(name) ?? '{}');
        sessionStorage.setItem(name, JSON.stringify({ ...user, expires_at: 1 }));
      }
    });
    await page.reload();
    await renewed;
    await page.getByTestId('account').waitFor();
  });

  test('signing out redirects through the external provider and back', async () => {
    await page.goto(url);
    await page.getByTestId('account').click();
    await page.getByTestId('sign-out').click();
    await page.waitForURL(/session\/end/);
    await page
      .getByRole('button', { name: /yes|sign me out/i })
      .first()
      .click();
    await page.getByRole('heading', { name: /Se connecter|Sign in/ }).waitFor();
  });

  test('consent, a device and a forgotten password: accessible pages', async () => {
    await page.goto(`${url}/oidc/reset`);
    await page.getByRole('heading', { name: 'Nouveau mot de passe' }).waitFor();
    await isAccessible('reset');
    const config = await oidc.discovery(new URL(`${url}/oidc`), 'board', undefined, oidc.None(), {
      execute: [oidc.allowInsecureRequests],
    });
    const device = await oidc.initiateDeviceAuthorization(config, { scope: 'openid alzette:read' });
    await page.goto(device.verification_uri);
    await page.getByRole('heading', { name: 'Connecter un appareil' }).waitFor();
    await isAccessible('device');
    await page.getByLabel('Code affiché').fill(device.user_code);
    await page.getByRole('button', { name: 'Continuer' }).click();
    await page.getByText(device.user_code).waitFor();
    await isAccessible('device-confirm');
    await page.getByRole('button', { name: 'Continuer' }).click();
    await page.getByLabel('Identifiant').fill('anne');
    await page.getByLabel('Mot de passe').fill(PASSWORD);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByRole('heading', { name: /Autoriser/ }).waitFor();
    await isAccessible('consent');
    await page.getByRole('button', { name: 'Autoriser' }).click();
    await page.getByRole('heading', { name: 'L’appareil est connecté' }).waitFor();
    await isAccessible('device-done');
    const tokens = await oidc.pollDeviceAuthorizationGrant(config, { ...device, interval: 0.1 });
    assert.ok(tokens.access_token);
  });
});
