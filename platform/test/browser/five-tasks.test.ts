import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Browser, Page } from '@playwright/test';
import { demoProduct } from '../support/demo-product.ts';
import { launchBrowser } from '../support/pages.ts';
import { follow, readTasks } from '../support/portal-steps.ts';
import { sendJson } from '../support/send-json.ts';

const { CHROMIUM } = process.env;
const PATIENCE_MS = 60_000;
const TASKS = readTasks(new URL('../../../docs/fr/tutorials/five-tasks.md', import.meta.url));

describe('who has only the French page does, by its words alone:', {
  skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)',
}, () => {
  let url: string;
  let browser: Browser;
  let page: Page;

  before(async () => {
    ({ url } = await demoProduct());
    browser = await launchBrowser();
    const viewport = { width: 1440, height: 900 };
    const context = await browser.newContext({
      locale: 'fr-FR',
      viewport,
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    await page.goto(url);
  });

  after(async () => {
    await browser?.close();
  });

  for (const { title, steps } of TASKS)
    test(title, async () => {
      for (const step of steps) await follow(page, step);
    });

  test('the rule watches nothing yet, and the dataset is public', async () => {
    const { rules } = await sendJson<{ rules: { rule: { name: object }; isEnabled: boolean }[] }>(url, 'GET', '/rules');
    const found = rules.find(({ rule }) => Object.values(rule.name).includes('Conteneur presque plein'));
    assert.equal(found?.isEnabled, false);
    const isPublic = () => fetch(`${url}/data/datasets/lampes-par-rue`).then(({ ok }) => ok);
    await eventually('the page of the dataset', isPublic, PATIENCE_MS);
  });
});
