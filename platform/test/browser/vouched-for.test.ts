import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from '@playwright/test';
import { startExternalIssuer } from '../../../services/identity/test/support/external-issuer.ts';
import { onServer } from '../support/own-database.ts';
import { checkPage, launchBrowser } from '../support/pages.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { createUser } from '../support/send-json.ts';

const CHROMIUM = process.env.CHROMIUM;
const PATIENCE_MS = 60_000;
/** A folder for screenshots, to inspect the pages. */
const { SCREENSHOTS } = process.env;
const PASSWORD = 'canal-Tilleul-48-forge';
const PHONE = { width: 390, height: 844 };
const say = (fr: string) => ({ fr, en: fr, de: fr, lb: fr });
const PROCEDURE = {
  title: say('Carte de résident'),
  summary: say('Demander une carte de résident.'),
  topic: 'other',
  audience: ['citizen'],
  contact: { email: 'optional', phone: 'none' },
  service: { name: say('Mairie'), phone: '03 82 00 00 00' },
  form: {
    sections: [
      {
        id: 'you',
        title: say('La carte'),
        fields: [
          {
            id: 'born',
            kind: 'date',
            label: say('Date de naissance'),
            required: true,
            autocomplete: 'bday',
            personal: { purpose: say('Établir la carte') },
          },
          { id: 'wish', kind: 'text', label: say('Votre souhait'), required: true },
        ],
      },
    ],
  },
  deadline: { amount: 15, unit: 'days', silence: 'none', resume: 'continue' },
  missingPartsDays: 15,
  functions: [],
  states: [
    { id: 'received', name: say('Reçue'), kind: 'open', actions: [{ id: 'end', name: say('Terminer'), to: 'done' }] },
    { id: 'done', name: say('Faite'), kind: 'done', actions: [] },
  ],
  privacy: { purpose: say('Établir la carte'), legalBasis: 'publicTask', keepDays: 30 },
};

describe('a provider that vouches for people, in the app on a phone', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let browser: Browser;
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
    const ends = { after: (close: unknown) => void closing.push(close as () => void) };
    const issuer = await startExternalIssuer(ends, { url, name: 'france' });
    const put = async (path: string, body: unknown, method = 'PUT') => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
      assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.text()}`);
    };
    const scopes = ['openid', 'given_name', 'family_name', 'birthdate', 'email', 'siret'];
    await put('/ops/identity/providers/france', {
      title: 'FranceConnect',
      issuer: issuer.url,
      ...issuer.client,
      settings: { scopes },
    });
    await put('/procedures/card', PROCEDURE);
    await put('/procedures/card/publish', {}, 'POST');
    await createUser(url, { username: 'rosa' }, PASSWORD);
    issuer.person({
      sub: 'angela',
      given_name: 'Angela',
      family_name: 'DUBOIS',
      birthdate: '1962-08-24',
      siret: '73282932000074',
    });
    await platform.stop();
    platform = await startPlatformProcess({ ...environment, ACCESS: 'enforced' });
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    for (const close of closing) close();
    await platform?.stop();
    await rm(dataDir, { recursive: true });
  });

  async function phone(serviceWorkers: 'block' | 'allow' = 'block'): Promise<Page> {
    const options = { locale: 'fr-FR', reducedMotion: 'reduce', serviceWorkers, viewport: PHONE } as const;
    const context = await browser.newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    return context.newPage();
  }

  async function isAccessible(page: Page, name: string): Promise<void> {
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
    await checkPage(page);
  }

  async function signIn(page: Page): Promise<void> {
    await page.goto(`${url}/app/services/card`);
    await page.getByTestId('sign-in').click();
    await page.getByRole('link', { name: 'Continuer avec FranceConnect' }).click();
    await page.getByLabel('Who').fill('angela');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByTestId('signed-in').waitFor();
  }

  async function signInByPassword(page: Page): Promise<void> {
    await page.goto(`${url}/app/services/card`);
    await page.getByTestId('sign-in').click();
    await page.getByLabel('Identifiant').fill('rosa');
    await page.getByLabel('Mot de passe').fill(PASSWORD);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByTestId('signed-in').waitFor();
  }

  test('the form shows what is vouched for, the request keeps it, and another phone lists it', async () => {
    const page = await phone();
    await signIn(page);
    await isAccessible(page, 'vouched-begin');
    await page.getByTestId('begin').click();
    const vouched = page.getByTestId('vouched');
    await vouched.getByText('Garanti par FranceConnect').waitFor();
    assert.match((await vouched.textContent()) ?? '', /24 août 1962/);
    assert.equal(await page.getByLabel('Date de naissance').count(), 0, 'nobody edits it');
    await page.getByLabel('Votre souhait').fill('Une carte bleue');
    await isAccessible(page, 'vouched-field');
    await page.getByTestId('next').click();
    await vouched.getByText('Angela DUBOIS').waitFor();
    await isAccessible(page, 'vouched-applicant');
    await page.getByTestId('next').click();
    await page.getByText('24 août 1962').waitFor();
    await page.getByRole('button', { name: 'Envoyer la demande' }).click();
    await page.getByText('Suivi et messages').waitFor();
    await page.goto(`${url}/app/services`);
    await page.getByTestId('own-dossier').getByText('Carte de résident').waitFor();
    assert.equal(await page.getByTestId('account-dossier').count(), 0, 'it is listed once');

    const other = await phone();
    await signIn(other);
    await other.goto(`${url}/app/services`);
    const line = other.getByTestId('account-dossier');
    await line.getByText('Carte de résident').waitFor();
    await isAccessible(other, 'vouched-other-phone');
    await line.getByRole('link').click();
    await other.getByText('Reçue').first().waitFor();
  });

  test('a company that the provider vouches for invites somebody, who accepts and follows its requests', async () => {
    const page = await phone();
    await signIn(page);
    await page.getByRole('link', { name: 'Vos entreprises' }).click();
    await page.getByLabel('SIREN, SIRET').fill('732 829 320');
    await page.getByLabel('Nom de l’entreprise').fill('Menuiserie Dubois');
    await page.getByLabel('Votre e-mail').fill('angela@example.org');
    await page.getByRole('button', { name: 'Ajouter', exact: true }).click();
    const company = page.getByTestId('company');
    await company.getByText('732829320 · Garanti par FranceConnect').waitFor();
    await company.getByRole('button', { name: 'Demander pour cette entreprise' }).click();
    await company.getByLabel('Nom').fill('Rosa');
    await company.getByLabel('E-mail').fill('rosa@example.org');
    await company.getByRole('button', { name: 'Envoyer l’invitation' }).click();
    await page.getByText('Rosa est invité(e).').waitFor();
    await isAccessible(page, 'company');
    const link = /http\S+/.exec((await company.textContent()) ?? '')?.[0] ?? '';

    const other = await phone();
    await signInByPassword(other);
    await other.goto(link);
    await other.getByTestId('join-company').click();
    await other.getByText('Vous agissez maintenant pour Menuiserie Dubois.').waitFor();
    assert.match(other.url(), /\/services\/company$/);
    assert.equal(await other.getByTestId('join-company').count(), 0);
    await isAccessible(other, 'company-member');
    await page.getByRole('button', { name: 'Retirer Rosa' }).click();
    await page.getByText('Rosa est retirée.').waitFor();
    await other.reload();
    await other.getByText('Vous n’agissez pour aucune entreprise.').waitFor();
  });

  test('written while signed in and without a network, a request is sent although the session is over by then', async () => {
    const page = await phone('allow');
    await page.goto(`${url}/app/home`);
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)'); // the whole app is stored
    await signIn(page);
    await page.getByTestId('begin').click();
    await page.getByLabel('Votre souhait').fill('Une carte verte');
    await page.getByTestId('next').click();
    await page.getByTestId('vouched').getByText('Angela DUBOIS').waitFor();
    await page.getByTestId('next').click();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Envoyer la demande' }).click();
    await page.getByText('Elle part dès que le réseau revient.').waitFor();
    await page.evaluate('sessionStorage.clear()'); // as when the tab is closed
    await page.context().setOffline(false);
    await page.goto(`${url}/app/services`);
    await page.getByTestId('own-dossier').getByText('Référence').waitFor();
  });

  test('who has an account of the site finds their requests on another phone, although nobody vouches for them', async () => {
    const page = await phone();
    await signInByPassword(page);
    await page.getByTestId('begin').click();
    await page.getByLabel('Date de naissance').fill('1990-05-01');
    await page.getByLabel('Votre souhait').fill('Une carte rouge');
    await page.getByTestId('next').click();
    await page.getByLabel('Prénom et nom').fill('Rosa Exemple');
    await page.getByTestId('next').click();
    await page.getByRole('button', { name: 'Envoyer la demande' }).click();
    await page.getByText('Suivi et messages').waitFor();

    const other = await phone();
    await signInByPassword(other);
    await other.goto(`${url}/app/services`);
    await other.getByTestId('account-dossier').getByText('Carte de résident').waitFor();
  });

  test('while the server tells nothing of the account, the form is filled in by hand', async () => {
    const page = await phone();
    await signIn(page);
    await page.route('**/citizen/v1/procedures/account', () => {}); // never answers
    await page.goto(`${url}/app/services/card`);
    await page.getByTestId('begin').click();
    await page.getByLabel('Date de naissance').waitFor();
  });

  test('without an account it is filled in by hand', async () => {
    const page = await phone();
    await page.goto(`${url}/app/services/card`);
    await page.getByTestId('begin').click();
    await page.getByLabel('Date de naissance').waitFor();
    assert.equal(await page.getByTestId('vouched').count(), 0);
    await page.goto(`${url}/app/services`);
    await page.getByTestId('procedure').first().waitFor();
    assert.equal(await page.getByTestId('account-dossier').count(), 0);
  });
});
