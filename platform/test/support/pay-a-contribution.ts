import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '@alzette/kit/testing';
import { readPackFolder } from '@alzette/packs/read';
import type { Browser } from '@playwright/test';
import { startPayfip } from '../../../services/procedures/test/support/payfip-stand-in.ts';
import { checkPage } from './pages.ts';
import { sendJson } from './send-json.ts';

const PACK = fileURLToPath(new URL('../../../packs/e-services', import.meta.url));
const ADDRESS = { text: '1 place de la Mairie', commune: 'villerupt', location: { lat: 49.4703, lon: 5.9312 } };

/** A request is paid on the page of the payment service, from the app and back; then the desk goes on. */
export async function payAContribution(
  t: TestContext,
  browser: Browser,
  url: string,
  letters: readonly { readonly text: string }[],
): Promise<void> {
  const payfip = await startPayfip(t);
  const { files } = await readPackFolder(PACK);
  const { id: _id, ...composter } = files.find(({ document }) => document.id === 'composter')?.document ?? {};
  await sendJson(url, 'PUT', '/procedures/composter', composter);
  await sendJson(url, 'POST', '/procedures/composter/publish', {});
  const account = { provider: 'payfip', client: '094751', mode: 'test', service: payfip.url, page: payfip.page };
  await sendJson(url, 'PUT', '/procedures/payments', account);
  const sent = await fetch(`${url}/citizen/v1/procedures/composter/dossiers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({
      version: 1,
      language: 'fr',
      applicant: { kind: 'citizen', name: 'Camille Exemple', email: 'camille@example.org', phone: '06 98 76 54 32' },
      answers: { use: 'garden', size: 'large', address: ADDRESS },
    }),
  });
  const { id, token } = (await sent.json()) as { id: string; token: string };
  const step = () => sendJson(url, 'POST', `/procedures/dossiers/${id}/acts`, { act: 'step', action: 'order' });
  await assert.rejects(step, /409|payment/, 'the desk waits for the payment');

  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: 'fr-FR',
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  await page.goto(`${url}/app/services/follow/${token}`);
  await page.getByTestId('payment').getByText('25 € sont à payer.').waitFor();
  await checkPage(page);
  await page.getByTestId('payment').getByRole('button', { name: 'Payer 25 € en ligne' }).press('Enter');
  await page.getByRole('button', { name: 'Payer' }).click();
  await page.getByTestId('payment').getByText('numéro 112233').waitFor();
  assert.ok(page.url().startsWith(`${url}/app/services/follow/`));
  await context.close();
  await eventually('the sender is told', async () =>
    letters.some(({ text }) => text.includes('votre paiement') && text.includes('112233')),
  );
  await step();
}
