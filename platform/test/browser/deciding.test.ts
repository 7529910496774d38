import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Browser, Page } from '@playwright/test';
import { demoProduct } from '../support/demo-product.ts';
import { checkPage, choose, followTo, launchBrowser } from '../support/pages.ts';

/* A planner's day in French, from a file of population to the page for the council; then an elected member reads it. */

const PATIENCE_MS = 60_000;
const GRID = readFileSync(new URL('../../../demo/decisions/files/carreaux_200m_met.csv', import.meta.url));

describe('deciding with figures', {
  skip: process.env.CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let url: string;
  let browser: Browser;
  let page: Page;
  let scenario: string;

  before(async () => {
    url = (await demoProduct()).url;
    browser = await launchBrowser();
    page = await browser.newPage({ locale: 'fr-FR', viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${url}/analyses/indicators`);
  });

  after(async () => {
    await browser?.close();
  });

  const picture = async (name: string, of: Page = page) => {
    const { PICTURES } = process.env;
    if (PICTURES) await of.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
  };

  test('the planner imports the population by cells, and sees its first rows and what was read', async () => {
    await page.getByTestId('open-import').click();
    const file = page.getByTestId('import-file').locator('input[type=file]');
    await file.setInputFiles({ name: 'carreaux_200m_met.csv', mimeType: 'text/csv', buffer: GRID });
    await page.getByTestId('sample').getByText('idcar_200m').waitFor();
    await page.getByTestId('import-period').locator('input').fill('2021');
    await page.getByTestId('import-send').click();
    await page
      .getByTestId('import-report')
      .getByText(/235 lignes lues, 1.?410 valeurs/)
      .waitFor();
    await picture('import');
    await eventually('the cells are written', async () => {
      const { imports } = (await (await fetch(`${url}/decisions/statistics/imports`)).json()) as {
        imports: { flow: string; outcome?: string }[];
      };
      return imports.some(({ flow, outcome }) => flow === 'insee-grid' && outcome === 'done');
    });
  });

  test('an indicator is made of two statistics without code', async () => {
    await page.keyboard.press('Escape');
    await page.getByTestId('open-maker').click();
    await page.getByTestId('indicator-name').locator('input').fill('Logements par habitant');
    await choose(page.getByTestId('indicator-above').getByRole('combobox'), 'Logements (Recensement : logements)');
    await choose(
      page.getByTestId('indicator-below').getByRole('combobox'),
      'Population municipale (Population de référence par commune)',
    );
    await page.getByTestId('indicator-unit').locator('input').fill('logement par habitant');
    await page.getByTestId('indicator-save').click();
    await page.waitForURL(/analyses\/indicators\/logements-par-habitant/);
    await page.getByTestId('crossing').waitFor();
  });

  test('the streets and people within fifteen minutes of a place are drawn, from a commune and from a touched point', async () => {
    await followTo(page, '/analyses/decisions');
    const card = page.getByTestId('reach-map');
    const people = async () => {
      await card.getByTestId('reach-draw').click();
      const told = await card.getByTestId('reach-found').getByRole('paragraph').first().textContent();
      return Number(told?.replace(/[^\d]*([\d\s\u202f]+).*/s, '$1').replace(/\D/g, ''));
    };
    const first = await people();
    assert.ok(first > 0);
    assert.equal(await card.getByTestId('reach-band').count(), 3, 'bands of 5, 10 and 15 minutes');
    await picture('reach');
    const drawing = card.getByTestId('reach-drawing');
    await drawing.scrollIntoViewIfNeeded();
    const box = await drawing.boundingBox();
    assert.ok(box);
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/decisions/reach'));
    await drawing.click({ position: { x: box.width * 0.3, y: box.height * 0.4 } });
    await card.getByTestId('reach-draw').click();
    const { from } = (await answered).request().postDataJSON() as { from: [number, number] };
    const territory = (await (await fetch(`${url}/territory`)).json()) as {
      communes: { center: [number, number] }[];
    };
    const [x, y] = territory.communes[0]?.center ?? [0, 0];
    const apart = Math.hypot(from[0] - x, from[1] - y);
    assert.ok(apart > 0.0005 && apart < 0.05, `touched ${from.join(', ')}, beside ${x}, ${y}`);
    await checkPage(page);
  });

  test('three variants of a district of 400 homes are compared, one with a stop, saved and shared', async () => {
    await followTo(page, '/analyses/decisions/new/new-district');
    await page.getByTestId('results').waitFor();
    // What a lasso on the map gives is drawn by mouse, in the middle of the map.
    const box = await page.getByTestId('area-map').boundingBox();
    assert.ok(box);
    await page.getByTestId('area-map').scrollIntoViewIfNeeded();
    await page.getByTestId('draw-area').click();
    const at = (await page.getByTestId('area-map').boundingBox()) ?? box;
    const [x, y] = [at.x + at.width * 0.5, at.y + at.height * 0.5];
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (const [dx, dy] of [
      [18, 0],
      [18, 12],
      [0, 12],
      [0, 0],
    ] as const)
      await page.mouse.move(x + dx, y + dy, { steps: 4 });
    await page.mouse.up();
    await page.getByTestId('area-drawn').waitFor();
    await page.getByTestId('change-amount').locator('input').fill('400');
    await page.getByTestId('change-add').click();
    await page.getByTestId('add-variant').click();
    await choose(page.getByTestId('change-kind').getByRole('combobox'), 'Nouvel arrêt');
    await page.getByTestId('change-add').click();
    await page.getByTestId('add-variant').click();
    const car = page.getByTestId('lever-carShare').locator('input[type=number]');
    assert.equal(await car.inputValue(), '63', 'a share is set in percent');
    await car.fill('50');
    await car.press('Enter');
    await page.getByTestId('goal-amount').locator('input').fill('900');
    await page.getByTestId('goal-add').click();
    await page.getByTestId('compute').click();
    await page.getByTestId('served').getByText('Arrêt', { exact: false }).first().waitFor();
    assert.equal(await page.getByTestId('groups').locator('tbody tr').count(), 8, 'fifths by income, and ages');
    await picture('scenario');
    await page.getByTestId('save').click();
    await page.waitForURL((found) => !found.pathname.includes('/new/'));
    scenario = new URL(page.url()).pathname;
    const classes = await page.getByTestId('output-classes').textContent();
    assert.match(String(classes), /^Classesclasses04,8/);
    await page.getByTestId('share-link').click();
    const link = await page.getByTestId('shared-link').getAttribute('href');
    const shared = await fetch(String(link));
    assert.equal(shared.headers.get('content-type'), 'application/pdf');
    await page.getByTestId('choose').click();
    await page.getByTestId('promise').waitFor();
    await checkPage(page);
  });

  test('its figures become open data, and its variants the draft of a poll', async () => {
    const card = page.getByTestId('open-scenario');
    await card.getByTestId('publish-scenario').click();
    await card.getByText('il faut une adresse à laquelle écrire').waitFor();
    await card.locator('input[type=email]').fill('urbanisme@example.org');
    await card.getByTestId('publish-scenario').click();
    await card.getByTestId('open-version').waitFor();
    await picture('open-scenario');
    await eventually('the rows are public', async () => {
      const answer = await fetch(`${url}/data/files/scenarios-compares/latest.csv`);
      return answer.ok && (await answer.text()).includes('Classes');
    });
    await card.getByTestId('ask-citizens').click();
    await page.waitForURL(/publication/);
    const choices = page.locator('textarea').filter({ visible: true }).last();
    await eventually('the variants are choices', async () => {
      const lines = (await choices.inputValue()).split('\n');
      return lines.length === 4 && lines[0]?.includes('Comme aujourd’hui');
    });
    await picture('poll');
    await followTo(page, scenario);
    const answers = page.getByTestId('poll-answers');
    await answers.getByText('Comme aujourd’hui').waitFor();
    assert.equal(await answers.locator('tbody tr').count(), 4);
    await checkPage(page);
    await picture('poll-answers');
  });

  test('a person makes a model without code: a wrong example is told, a right one saves it', async () => {
    await followTo(page, '/analyses/decisions');
    await page.getByTestId('open-model').click();
    const maker = page.getByTestId('model-maker');
    await choose(maker.getByTestId('model-begin').getByRole('combobox'), 'Planter des arbres');
    const text = maker.getByTestId('model-text').locator('textarea').first();
    const model = JSON.parse(await text.inputValue());
    model.title.fr = 'Nos arbres à nous';
    const [golden] = model.golden;
    const right = golden.expected.points;
    golden.expected.points = 99;
    await text.fill(JSON.stringify(model));
    await maker.getByTestId('model-try').click();
    await maker.getByTestId('model-check').getByText('golden.0.expected.points').waitFor();
    await picture('model');
    golden.expected.points = right;
    await text.fill(JSON.stringify(model));
    await maker.getByTestId('model-save').click();
    const made = page.getByTestId('model').getByRole('link', { name: 'Nos arbres à nous' });
    await made.waitFor();
    const exported = page.waitForEvent('download');
    await maker.getByTestId('model-export').click();
    assert.deepEqual(JSON.parse(readFileSync(await (await exported).path(), 'utf8')), model);
    const { models } = (await (await fetch(`${url}/decisions/models`)).json()) as { models: { id: string }[] };
    assert.ok(models.some(({ id }) => id.startsWith('nos-arbres-a-nous-')));
    await page.keyboard.press('Escape');
    await made.click();
    await page.getByTestId('results').waitFor();
  });

  test('an elected member reads five figures in French, prints them, and reads the same on a phone in English', async () => {
    await followTo(page, `${scenario}/summary`);
    await page
      .getByTestId('in-words')
      .getByText(/le plus probable/)
      .first()
      .waitFor();
    assert.equal(await page.getByTestId('figures').locator('> *').count(), 5);
    await page.getByTestId('assumed').waitFor();
    await picture('summary');
    const pdf = await page.pdf({ format: 'A4' });
    assert.equal(pdf.subarray(0, 4).toString(), '%PDF');
    const phone = await browser.newPage({
      locale: 'en-GB',
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
      reducedMotion: 'reduce',
    });
    phone.setDefaultTimeout(PATIENCE_MS);
    await phone.goto(`${url}${scenario}/summary`);
    await phone
      .getByTestId('in-words')
      .getByText(/most likely/)
      .first()
      .waitFor();
    await checkPage(phone);
    await picture('summary-phone', phone);
    await followTo(phone, scenario);
    await phone.getByTestId('served').waitFor();
    await checkPage(phone);
    await picture('scenario-phone', phone);
    await phone.close();
  });
});
