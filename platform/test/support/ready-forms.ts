import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { readPackFolder } from '@alzette/packs/read';
import type { Condition, Procedure, Section } from '@alzette/procedures/contract';
import type { Browser, Page } from '@playwright/test';
import { checkPage } from './pages.ts';
import { sendJson } from './send-json.ts';

const PACK = fileURLToPath(new URL('../../../packs/e-services', import.meta.url));
const PATIENCE_MS = 60_000;

/**
 * Each page of each ready form on a phone, with its errors and with each field that a choice shows, has no violation that axe finds and
 * is not wider than the phone.
 */
export async function readyForms(browser: Browser, url: string): Promise<void> {
  const { files } = await readPackFolder(PACK);
  const ready = files.flatMap(({ folder, document }) =>
    folder === 'procedures' ? [document as unknown as Ready] : [],
  );
  assert.equal(ready.length, 10);
  for (const { folder, document } of files) {
    const { id, ...rest } = document;
    const path = folder === 'procedures' ? `/procedures/${id}` : `/procedures/resources/${id}`;
    await sendJson(url, 'PUT', path, rest);
    if (folder === 'procedures') await sendJson(url, 'POST', `${path}/publish`, {});
  }
  const context = await browser.newContext({
    ...{ viewport: { width: 390, height: 844 }, locale: 'fr-FR', reducedMotion: 'reduce', serviceWorkers: 'block' },
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  for (const { id, form } of ready) {
    await page.goto(`${url}/app/services/${id}`);
    await page.getByTestId('begin').waitFor();
    await checkPage(page);
    for (const section of form.sections) {
      await page.goto(`${url}/app/services/${id}?step=${section.id}`);
      await page.getByRole('heading', { name: section.title.fr, exact: true }).waitFor();
      await checkSection(page, section);
    }
  }
  await context.close();
}

type Ready = Procedure & { readonly id: string };

async function checkSection(page: Page, section: Section): Promise<void> {
  const isAsked = section.fields.some(({ required, when }) => required && when === undefined);
  if (isAsked) {
    await page.getByTestId('next').click();
    await page.locator('.form-summary').getByRole('link').first().waitFor();
  }
  await checkPage(page);
  for (const { when, label } of section.fields) {
    if (when === undefined) continue;
    for (const { field, value } of comparisonsOf(when)) {
      const asking = section.fields.find(({ id }) => id === field);
      const group = page.getByRole('group', { name: new RegExp(`^${RegExp.escape(asking?.label.fr ?? '')}`) });
      const answer = value === true ? 'Oui' : asking?.options?.find((option) => option.value === value)?.label.fr;
      if (answer === undefined) continue; // a number decides
      await group.getByRole('radio', { name: answer, exact: true }).check();
      await page.getByText(label.fr).first().waitFor();
      await checkPage(page);
    }
  }
}

function comparisonsOf(condition: Condition): { field: string; value?: string | number | boolean | undefined }[] {
  if ('all' in condition) return condition.all.flatMap(comparisonsOf);
  if ('any' in condition) return condition.any.flatMap(comparisonsOf);
  return [condition];
}
