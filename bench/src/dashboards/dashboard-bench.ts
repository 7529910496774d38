/*
 * npm run bench -- dashboard [--lamps 4670] [--days 365] [--hours 168], with CHROMIUM set
 *
 * The time of a dashboard with twelve widgets over a year: the history gets the lamps with a measurement a day, and
 * hourly ones for the last hours, and the product sums them up. It is then restarted, so that its caches are empty.
 * Analyses: all queries of the widgets, six at a time as in a browser, in a new process, and once more. First paint:
 * from the navigation until all twelve show their figures, with an empty cache, and once more.
 */
import { parseArgs } from 'node:util';
import {
  analysisOf,
  type Dashboard,
  periodBefore,
  type Question,
  type Widget,
} from '@alzette/ngsi-ld-schemas/dashboards';
import { chromium } from '@playwright/test';
import pg from 'pg';
import { seedAssets, territoryLink } from '../map/territory-of-lamps.ts';
import { ownTarget, startProduct } from '../target.ts';

const { values } = parseArgs({
  options: {
    lamps: { type: 'string', default: '4670' },
    days: { type: 'string', default: '365' },
    hours: { type: 'string', default: '168' },
  },
});
const [LAMPS, DAYS, HOURS] = [Number(values.lamps), Number(values.days), Number(values.hours)];
/** 90 % of the assets are lamps. */
const ASSETS = Math.ceil((LAMPS * 10) / 9);
const DAY_MS = 86_400_000;
const AT_ONCE = 6;
const SUMMED_WITHIN_MS = 900_000;

const MEASURES = `
  INSERT INTO history (tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number)
  SELECT '', id, $1, '', 'attributeUpdated', at, at,
    format('{"type":"Property","value":%s,"observedAt":"%s"}', v, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))::jsonb, v
  FROM entity, generate_series($2::timestamptz, $3::timestamptz, $4::interval) AS at,
    LATERAL (SELECT round((30 + 20 * random() + length(id) * 0)::numeric, 1)::float8 AS v) AS value
  WHERE tenant = '' AND id LIKE 'urn:ngsi-ld:Streetlight:bench-%'`;
const POWER = `
  SELECT name FROM (SELECT jsonb_object_keys(document -> 'attributes') AS name FROM entity WHERE id = 'urn:ngsi-ld:Streetlight:bench-1') AS a
  WHERE name LIKE '%powerConsumption'`;
const WAITING = 'SELECT last_value - watermark AS waiting FROM history_n, history_rollup';

/** The number of widgets with figures. */
const SHOWN = `new Set([...document.querySelectorAll('.widget__content :is(p.number, ul.bars, figure, svg[role], svg.communes, canvas, table)')]
  .map((each) => each.closest('.widget'))).size`;

const lamp = (measure: Question['measure'], more: Partial<Question> = {}): Question => ({
  type: 'Streetlight',
  measure,
  ...more,
});
const power = (kind: Question['measure']['kind'], over: Question['over'], group?: Question['group']) =>
  lamp({ kind, attribute: 'powerConsumption' }, { ...(over && { over }), ...(group && { group }) });
const BY_COMMUNE = [{ by: 'scope' }] as const;
const ASKED: readonly (readonly [Widget['kind'], string, Question, boolean?])[] = [
  ['number', 'Points lumineux', lamp({ kind: 'count' })],
  ['number', 'Défectueux', lamp({ kind: 'count' }, { q: 'status!="ok"' })],
  ['number', 'Puissance moyenne', power('average', 'all'), true],
  ['number', 'Mesures', power('count', 'all'), true],
  ['series', 'Puissance', power('average', 'auto'), true],
  ['series', 'Puissance par commune', power('average', 'week', BY_COMMUNE)],
  ['bar', 'Puissance moyenne par commune', power('average', 'all', BY_COMMUNE)],
  ['bar', 'Points par commune', lamp({ kind: 'count' }, { group: BY_COMMUNE })],
  ['heat', 'Puissance par jour', power('average', 'day')],
  ['map', 'Puissance par commune', power('average', 'all', BY_COMMUNE)],
  ['map', 'Défectueux par commune', lamp({ kind: 'count' }, { q: 'status!="ok"', group: BY_COMMUNE })],
  ['table', 'Sommes par mois', power('sum', 'month', BY_COMMUNE)],
];
const board: Dashboard = {
  title: 'Banc',
  roles: [],
  period: '1y',
  widgets: ASKED.map(([kind, title, question, compare], n) => ({
    ...{ id: `w${n}`, kind, title, question, x: (n % 4) * 3, y: Math.floor(n / 4) * 4, w: 3, h: 4 },
    ...(compare && { compare }),
  })),
};

const target = await ownTarget();
const { databaseUrl } = target;
try {
  await seedAssets(target.url, ASSETS);
  console.log(JSON.stringify({ filled: await fill() }));
  await put(target.url);
  for (const from of ['year', 'month'] as const) {
    const product = await startProduct(databaseUrl);
    try {
      console.log(
        JSON.stringify({
          [from]: { first: await analyses(product.url, from), again: await analyses(product.url, from) },
        }),
      );
    } finally {
      await product.stop();
    }
  }
  const product = await startProduct(databaseUrl);
  try {
    console.log(JSON.stringify({ paint: await paint(product.url) }));
  } finally {
    await product.stop();
  }
} finally {
  await target.stop();
}

async function fill(): Promise<object> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const [attribute] = (await client.query<{ name: string }>(POWER)).rows;
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const time = (at: number) => new Date(at).toISOString();
  await client.query('SELECT make_history_partitions($1, $2)', [time(today - DAYS * DAY_MS), time(today)]);
  const hourly = today - HOURS * 3_600_000;
  await client.query(MEASURES, [attribute?.name, time(today - DAYS * DAY_MS), time(hourly - 1), '1 day']);
  await client.query(MEASURES, [attribute?.name, time(hourly), time(today - 1), '1 hour']);
  const start = performance.now();
  const waiting = async () => Number((await client.query<{ waiting: string }>(WAITING)).rows[0]?.waiting);
  const measures = await waiting();
  while ((await waiting()) > 0) {
    if (performance.now() - start > SUMMED_WITHIN_MS) throw new Error('The history was not summed up');
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  const summedUpS = Math.round((performance.now() - start) / 1000);
  await client.query('VACUUM ANALYZE');
  await client.end();
  return { lamps: LAMPS, measures, summedUpS };
}

async function put(url: string): Promise<void> {
  const answer = await fetch(`${url}/dashboards/banc`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(board),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Milliseconds of all queries, and of the slowest. */
async function analyses(url: string, length: 'year' | 'month'): Promise<object> {
  const to = Math.ceil(Date.now() / 60_000) * 60_000;
  const period = { from: to - (length === 'year' ? 365 : 30) * DAY_MS, to, timeZone: 'Europe/Paris' };
  const waiting = board.widgets.flatMap(({ title, question, compare }) => {
    const asked = question as Question;
    const bodies = [analysisOf(asked, undefined, period)];
    if (compare) bodies.push(analysisOf(asked, undefined, periodBefore(period)));
    return bodies.map((body) => ({ title, body }));
  });
  const times: { title: string; ms: number }[] = [];
  const start = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const began = performance.now();
        const answer = await fetch(`${url}/territory/analysis`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...territoryLink(url) },
          body: JSON.stringify(next.body),
        });
        if (!answer.ok) throw new Error(await answer.text());
        await answer.text();
        times.push({ title: next.title, ms: Math.round(performance.now() - began) });
      }
    }),
  );
  const all = Math.round(performance.now() - start);
  return { all, longest: times.toSorted((a, b) => b.ms - a.ms).slice(0, 3) };
}

/** Milliseconds from the navigation until every widget has its figures. */
async function paint(url: string): Promise<object> {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM as string, args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 1000 },
      locale: 'fr-FR',
      serviceWorkers: 'block',
    });
    const page = await context.newPage();
    const once = async () => {
      await page.goto(`${url}/share/dashboards/banc?period=1y`, { waitUntil: 'commit' });
      // Passed as one script, because the page's policy forbids evaluating strings inside it.
      const shown = page.evaluate(`new Promise((resolve) => {
        const look = () => (${SHOWN} >= ${ASKED.length} ? resolve(performance.now()) : requestAnimationFrame(look));
        look();
      })`);
      return Math.round(Number(await shown));
    };
    const first = await once();
    return { first, again: await once() };
  } finally {
    await browser.close();
  }
}
