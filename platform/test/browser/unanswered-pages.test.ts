import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import Fastify, { type FastifyInstance } from 'fastify';
import { buildPages, needsBuild, PORTAL } from '../../src/page-builds.ts';
import { pageRoutes } from '../../src/pages.ts';
import { PORTAL_AREAS } from '../../src/portal-areas.ts';
import { demoPaths, followTo, launchBrowser } from '../support/pages.ts';

/*
 * Every page of the portal on a server whose pages come, and whose data do not: either nothing answers, or everything
 * answers 503, in turns; with `EVERY_PAGE=all` each page in both cases. No page may then say that there is nothing, or
 * that all is well.
 */

const { CHROMIUM, EVERY_PAGE } = process.env;
const FEATURES = fileURLToPath(new URL('../../../portal/src/features/', import.meta.url));

/** Names of sentences in the catalogues that say that there is none of something. */
const OF_NOTHING = /^(?:no|none|nothing|empty|free)(?:[A-Z].*|$)/;
/** Sentences of that name about what the reader has chosen so far, and not about data. */
const OF_THE_READER = new Set(['onboarding.mapping.empty', 'onboarding.preview.empty']);
/** A zero that stands alone, and not as a part of a date, a time, a range or a code. */
const ZERO = /(?<![\d.,:/\-–+]\s?)\b0\b(?![.,:/\-–]\s?\d)/;

const FAULTS = ['hangs', 'answers 503'] as const;

describe('pages without data', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let app: FastifyInstance;
  let browser: Browser;
  let faults: (typeof FAULTS)[number];

  before(async () => {
    if (needsBuild(PORTAL)) await buildPages(PORTAL);
    app = Fastify({ forceCloseConnections: true });
    app.addHook('onRequest', async (request, reply) => {
      const { pathname } = new URL(request.url, 'http://127.0.0.1');
      if (pathname === '/oidc/sign-in') return reply.code(404).send();
      if (pathname === '/ops/access/me') return reply.send({ access: 'open', may: {} });
      const isPage = request.headers.accept?.includes('text/html') || /\.\w{2,5}$/.test(pathname);
      if (isPage) return undefined;
      if (faults === 'answers 503') return reply.code(503).send({ title: 'Service Unavailable', status: 503 });
      reply.hijack();
      return undefined;
    });
    await pageRoutes(app, [{ prefix: '/', dist: PORTAL.dist, areas: PORTAL_AREAS }]);
    await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await app?.close();
  });

  for (const [turn, each] of FAULTS.entries()) {
    test(`no page says that there is nothing, or zero, while the platform ${each}`, async () => {
      faults = each;
      const nothing = await sentencesOfNothing();
      const { port } = app.server.address() as AddressInfo;
      const context = await browser.newContext({ locale: 'fr-FR', reducedMotion: 'reduce', serviceWorkers: 'block' });
      const found: string[] = [];
      let page: Page | undefined;
      for (const [at, path] of demoPaths().entries()) {
        if (EVERY_PAGE !== 'all' && at % FAULTS.length !== turn) continue;
        // Requests that hang keep the connections of a page.
        if (page === undefined || each === 'hangs') {
          await page?.close();
          page = await context.newPage();
          await page.goto(`http://127.0.0.1:${port}${path}`);
        } else await followTo(page, path);
        for (const claim of await claimsOf(page, nothing)) found.push(`${path}: ${claim}`);
      }
      await context.close();
      assert.deepEqual(found, []);
    });
  }
});

/** What the page says about data that it does not have. */
async function claimsOf(page: Page, nothing: readonly string[]): Promise<string[]> {
  await page.locator('main h1, main [data-testid="loading"], main [data-testid="problem"]').first().waitFor();
  // Two pictures later each component has shown what it made of the missing answer.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const seen = String(await page.evaluate(`document.querySelector('.app-shell').innerText`));
  const lines = seen.split('\n').map((line) => line.trim());
  const names = await page.locator('[aria-label]:visible').evaluateAll((all) => all.map((one) => one.ariaLabel ?? ''));
  return [...new Set([...lines, ...names])].filter((said) => ZERO.test(said) || nothing.includes(said));
}

/** The sentences of all catalogues that say that there is none of something. */
async function sentencesOfNothing(): Promise<string[]> {
  const files = globSync('*/messages/fr.ts', { cwd: FEATURES }).map((file) => FEATURES + file);
  const catalogues = await Promise.all(
    [...files, `${FEATURES}../i18n/messages/fr.ts`].map((file) => import(file) as Promise<{ messages: object }>),
  );
  return catalogues.flatMap((catalogue) => sentencesIn(catalogue.messages));
}

function sentencesIn(catalogue: object, above = ''): string[] {
  return Object.entries(catalogue).flatMap(([name, text]): string[] => {
    const path = above + name;
    if (typeof text === 'object' && text !== null) return sentencesIn(text, `${path}.`);
    if (typeof text !== 'string' || !OF_NOTHING.test(name) || OF_THE_READER.has(path)) return [];
    return text.split('|').flatMap((form) => form.trim() || []);
  });
}
