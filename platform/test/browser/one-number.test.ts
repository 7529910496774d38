import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Browser, BrowserContext } from '@playwright/test';
import { demoProduct } from '../support/demo-product.ts';
import { launchBrowser } from '../support/pages.ts';
import { rawIn } from '../support/raw-words.ts';
import { sendJson } from '../support/send-json.ts';

/*
 * The same number in all places: the catalogue of figures, pages, dashboards, the mailed report and the map, each held
 * against a second computation from the entities and nights themselves.
 */

const { CHROMIUM } = process.env;
const PATIENCE_MS = 60_000;
const BOARD = 'one-number';
const PAGE = 500;

interface Asset {
  readonly powerState?: string;
  readonly status?: string;
}
interface Night {
  readonly night: string;
  readonly measured: number;
  readonly reference: number | null;
}

describe('one number', { skip: CHROMIUM ? false : 'Chromium is missing (CHROMIUM is not set)' }, () => {
  let url: string;
  let browser: Browser;
  let context: BrowserContext;

  before(async () => {
    url = (await demoProduct()).url;
    browser = await launchBrowser();
    context = await browser.newContext({ locale: 'fr-FR', serviceWorkers: 'block' });
  });
  after(() => browser?.close());

  const read = async <T>(path: string): Promise<T> => (await (await fetch(url + path)).json()) as T;

  async function entities(type: string): Promise<Asset[]> {
    const all: Asset[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const query = new URLSearchParams({ type, format: 'simplified', limit: String(PAGE), offset: String(offset) });
      const page = await read<Asset[]>(`/ngsi-ld/v1/entities?${query}`);
      all.push(...page);
      if (page.length < PAGE) return all;
    }
  }

  /** From the entities and nights themselves, without a query that the catalogue uses. */
  async function counted(): Promise<Record<string, number>> {
    const [lamps, alarms, { nights }] = await Promise.all([
      entities('Streetlight'),
      entities('Alert'),
      read<{ nights: Night[] }>('/lighting/nights?by=all'),
    ]);
    const isDefective = ({ status = 'ok' }: Asset) => status !== 'ok' && status !== 'unknown';
    const burns = ({ powerState = '' }: Asset) => powerState !== '' && powerState !== 'off';
    const year = nights.at(-1)?.night.slice(0, 4) ?? '';
    const ofYear = nights.filter(({ night, reference }) => night.startsWith(year) && reference !== null);
    const sum = (of: 'measured' | 'reference') => ofYear.reduce((total, night) => total + (night[of] ?? 0), 0);
    return {
      lamps: lamps.length,
      lampsLit: lamps.filter((lamp) => burns(lamp) && !isDefective(lamp)).length,
      lampsDefective: lamps.filter(isDefective).length,
      alarmsOpen: alarms.filter(({ status = '' }) => ['active', 'acknowledged', 'inProgress'].includes(status)).length,
      lightingSaving: Math.round((1 - sum('measured') / sum('reference')) * 100),
    };
  }

  async function inCatalogue(): Promise<Record<string, number>> {
    type Found = { name: string; form: string; reading?: { value: number } };
    const { figures } = await read<{ figures: Found[] }>('/dashboards/figures');
    return Object.fromEntries(
      figures.map(({ name, form, reading }) => [
        name,
        form === 'share' ? Math.round((reading?.value ?? 0) * 100) : (reading?.value ?? -1),
      ]),
    );
  }

  /** The digits of what a page shows, without the separators of thousands. */
  async function shown(path: string, testId: string): Promise<number[]> {
    const page = await context.newPage();
    try {
      await page.goto(url + path);
      const place = page.getByTestId(testId);
      await place.filter({ hasText: /\d/ }).first().waitFor({ timeout: PATIENCE_MS });
      const how = await place.first().locator('details').allTextContents();
      const text = how.reduce((rest, said) => rest.replace(said, ''), (await place.first().textContent()) ?? '');
      const found = text.match(/\d[\d\u202f\u00a0]*(?:,\d+)?/g) ?? [];
      return found.map((figure) => Number(figure.replaceAll(/[\u202f\u00a0]/g, '').replace(',', '.')));
    } finally {
      await page.close();
    }
  }

  async function reported(): Promise<string> {
    const after = new Date().toISOString();
    await sendJson(url, 'POST', `/dashboards/reports/${BOARD}/send`);
    let csv = '';
    await eventually('the report', async () => {
      type Sent = { id: string; report: string; made_at: string };
      const { sent } = await read<{ sent: Sent[] }>('/dashboards/reports');
      const own = sent.find(({ report, made_at: at }) => report === BOARD && at >= after);
      if (own === undefined) return false;
      csv = await (await fetch(`${url}/dashboards/reports/sent/${own.id}/csv`)).text();
      return true;
    });
    return csv;
  }

  test('lamps, alarms and the saving of the year are the same in every place', async () => {
    const { templates } = await read<{ templates: { id: string; dashboard: { widgets: object[] } }[] }>(
      '/dashboards/templates',
    );
    const board = templates.find(({ id }) => id === 'lighting')?.dashboard;
    await sendJson(url, 'PUT', `/dashboards/${BOARD}`, board);
    const report = { title: 'Un nombre', dashboard: BOARD, recipients: ['a@example.org'], language: 'fr', day: 1 };
    await sendJson(url, 'PUT', `/dashboards/reports/${BOARD}`, { ...report, isActive: false });

    // Lamps report all the time, at sunrise all of them: what a place shows lies between the counts before and after.
    let differences: string[] = [];
    await eventually(
      'every place shows the same',
      async () => {
        const before = await counted();
        const catalogue = await inCatalogue();
        const [lit, saving, defective, widget, csv] = await Promise.all([
          shown('/cockpits/lighting', 'lamps-lit'),
          shown('/cockpits/lighting', 'this-year'),
          shown('/cockpits/lighting', 'lamps-defective'),
          shown(`/share/dashboards/${BOARD}`, 'widget-w2'),
          reported(),
        ]);
        assert.deepEqual(rawIn(csv.split('\r\n'), 'fr'), [], 'the report is in words');
        assert.doesNotMatch(csv, /^\/\w+;/m, 'communes by their names');
        const alarms = await shown('/today', 'show-open');
        const after = await counted();
        const inReport = (title: string) =>
          Number(csv.match(new RegExp(`${title}\\r\\nValeur\\r\\n([\\d\u00a0]+)`))?.[1]?.replaceAll('\u00a0', ''));
        const places: readonly (readonly [place: string, name: string, value: number | undefined])[] = [
          ...Object.keys(before).map((name) => ['catalogue', name, catalogue[name]] as const),
          ['cockpit', 'lampsLit', lit.at(-2)],
          ['cockpit', 'lamps', lit.at(-1)],
          ['cockpit', 'lightingSaving', saving[0]],
          ['cockpit', 'lampsDefective', defective[0]],
          ['dashboard', 'lampsLit', widget[0]],
          ['report', 'lamps', inReport('Points lumineux')],
          ['report', 'lampsLit', inReport('Allumés')],
          ['report', 'lampsDefective', inReport('Défectueux')],
          ['today', 'alarmsOpen', alarms[0]],
        ];
        differences = places
          .filter(([, name, value = -1]) => {
            const counts = [before[name] ?? 0, after[name] ?? 0];
            return value < Math.min(...counts) || value > Math.max(...counts);
          })
          .map(([place, name, value]) => `${place}: ${name} is ${value}, not ${before[name]}`);
        return differences.length === 0;
      },
      PATIENCE_MS * 3,
    ).catch((cause) => {
      assert.deepEqual(differences, [], String(cause));
      throw cause;
    });
  });

  test('a figure says how it is counted, in the words of the catalogue', async () => {
    const page = await context.newPage();
    await page.goto(`${url}/cockpits/lighting`);
    const how = page.getByTestId('how-lampsLit');
    await how.locator('summary').click();
    await how.getByText('sans les lampes défectueuses').waitFor();
    await page.close();
  });
});
