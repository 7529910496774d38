import assert from 'node:assert/strict';
import type { Browser } from '@playwright/test';
import { checkPage, openPage, tabTo } from './pages.ts';
import { sendJson } from './send-json.ts';

const PATIENCE_MS = 60_000;
const SENT = '**/citizen/v1/procedures/tables/dossiers';
const PROCEDURE = {
  title: { fr: 'Prêt de tables', en: 'Loan of tables' },
  summary: { fr: 'Emprunter des tables pour une fête de quartier.', en: 'Borrow tables for a street party.' },
  topic: 'events',
  audience: ['citizen'],
  contact: { email: 'optional', phone: 'none' },
  service: { name: { fr: 'Service des fêtes', en: 'Events service' }, phone: '03 82 00 00 00' },
  form: {
    sections: [
      {
        id: 'party',
        title: { fr: 'La fête', en: 'The party' },
        fields: [
          {
            id: 'tables',
            kind: 'integer',
            label: { fr: 'Combien de tables ?', en: 'How many tables?' },
            required: true,
            min: 1,
            max: 20,
          },
          {
            id: 'isDelivered',
            kind: 'yesNo',
            label: { fr: 'Faut-il les livrer ?', en: 'Deliver them?' },
            required: true,
          },
        ],
      },
      {
        id: 'delivery',
        title: { fr: 'La livraison', en: 'The delivery' },
        when: { field: 'isDelivered', is: 'equal', value: true },
        fields: [
          { id: 'street', kind: 'text', label: { fr: 'Dans quelle rue ?', en: 'In which street?' }, required: true },
        ],
      },
    ],
  },
  deadline: { amount: 15, unit: 'days', silence: 'express', resume: 'continue' },
  missingPartsDays: 15,
  functions: [],
  states: [
    {
      id: 'received',
      name: { fr: 'Reçue', en: 'Received' },
      kind: 'open',
      actions: [
        {
          id: 'accept',
          name: { fr: 'Prêter les tables', en: 'Lend the tables' },
          to: 'lent',
          letter: {
            fr: 'Les tables vous sont prêtées ({reference}).',
            en: 'The tables are lent to you ({reference}).',
          },
        },
      ],
    },
    { id: 'lent', name: { fr: 'Tables prêtées', en: 'Tables lent' }, kind: 'accepted', actions: [] },
  ],
  privacy: {
    purpose: { fr: 'Prêter des tables.', en: 'Lend tables.' },
    legalBasis: 'publicTask',
    keepDays: 365,
  },
};

/**
 * A citizen in French, with a phone's width, a keyboard alone and no account, loses the network in the middle: from the
 * search to the decision, which an agent makes in the portal.
 */
export async function requestToDecision(browser: Browser, url: string): Promise<void> {
  await sendJson(url, 'PUT', '/procedures/tables', PROCEDURE);
  await sendJson(url, 'POST', '/procedures/tables/publish', {});
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: 'fr-FR',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const press = async (testId: string) => {
    await tabTo(page, page.locator('.ion-page:not(.ion-page-hidden)').getByTestId(testId).first());
    await page.keyboard.press('Enter');
  };
  const answer = async (label: string, text: string) => {
    await tabTo(page, page.getByLabel(label));
    await page.keyboard.type(text);
  };

  await page.goto(`${url}/app/services`);
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)'); // the whole app is stored
  await answer('Chercher une démarche', 'tables');
  await page.getByText('1 démarche trouvée').waitFor();
  await tabTo(page, page.getByRole('link', { name: /Prêt de tables/ }));
  await page.keyboard.press('Enter');
  await page.getByText('Seule une décision écrite compte.').waitFor();
  await press('begin');

  await page.getByRole('heading', { name: 'La fête' }).waitFor();
  await press('next');
  const summary = page.locator('.form-summary');
  await summary.getByText('2 réponses sont à corriger').waitFor();
  await page.waitForFunction("document.activeElement?.matches('.form-summary')");
  await checkPage(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter'); // to the first field
  await page.keyboard.type('6');
  await tabTo(page, page.getByRole('radio', { name: 'Oui' }));
  await page.keyboard.press('Space');
  await context.setOffline(true);
  await press('next');
  await page.getByRole('heading', { name: 'La livraison' }).waitFor();
  await answer('Dans quelle rue ?', 'Rue de la Gare');
  await page.getByTestId('procedure-kept').waitFor();

  // As if the phone had ended the app: the draft is found again.
  await page.goto(`${url}/app/services`);
  await tabTo(page, page.getByTestId('procedure-draft').getByRole('link'));
  await page.keyboard.press('Enter');
  await press('begin');
  await page.getByRole('heading', { name: 'La fête' }).waitFor();
  assert.equal(await page.getByLabel('Combien de tables ?').inputValue(), '6');
  await press('next');
  await page.getByRole('heading', { name: 'La livraison' }).waitFor();
  await press('next');
  await page.getByRole('heading', { name: 'Vous', exact: true }).waitFor();
  await answer('Prénom et nom', 'Camille Exemple');
  await press('next');
  await page.getByRole('heading', { name: 'Vérifier et envoyer' }).waitFor();
  await page.getByText('Rue de la Gare').waitFor();
  await press('next');
  await page.getByTestId('dossier-waits').getByText('dès que le réseau revient').waitFor();
  const none = (await (await fetch(`${url}/procedures/dossiers?procedure=tables`)).json()) as { count: number };
  assert.equal(none.count, 0);
  // The network is back, but not the site, and nothing says when it is.
  await page.route(SENT, (route) => route.abort());
  const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/dossiers'));
  await context.setOffline(false);
  await failed;
  await page.unroute(SENT);
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");

  await page.getByTestId('dossier-state').getByText('Reçue', { exact: true }).waitFor();
  const receipt = (await page.getByTestId('receipt').textContent()) ?? '';
  const [, id = ''] = /Référence ([0-9A-Z]{10})/.exec(receipt) ?? [];
  assert.match(receipt, /Seule une décision écrite compte/);
  await checkPage(page);

  const desk = await context.newPage();
  await desk.setViewportSize({ width: 1440, height: 900 });
  await openPage(desk, `${url}/operate/dossiers?dossier=${id}`);
  await desk.getByTestId('dossier-answers').getByText('Rue de la Gare').waitFor();
  await desk.getByRole('radio', { name: /Prêter les tables/ }).check();
  await checkPage(desk);
  await desk.getByTestId('do-step').click();
  await desk.getByTestId('dossier-state').getByText('Tables prêtées').waitFor();

  await page.reload();
  await page.getByTestId('dossier-state').getByText('Tables prêtées').waitFor();
  const decision = await page.getByTestId('decision').getAttribute('href');
  await page.getByTestId('rate').getByRole('button', { name: 'Oui' }).click();
  await page.getByText('Merci, votre réponse est comptée.').waitFor();
  const pdf = Buffer.from(await (await fetch(`${url}${decision}`)).arrayBuffer());
  assert.equal(pdf.subarray(0, 5).toString('latin1'), '%PDF-');
  const { procedures } = (await (await fetch(`${url}/procedures/statistics`)).json()) as {
    procedures: { procedure: string; satisfied: number; pages: { id: string; reached: number }[] }[];
  };
  const figures = procedures.find(({ procedure }) => procedure === 'tables');
  assert.equal(figures?.satisfied, 1);
  // The pages after it were reached without a network.
  assert.equal(figures?.pages[0]?.reached, 1);
  await context.close();
}
