import { readFile } from 'node:fs/promises';
import type { decisions } from '@alzette/decisions';
import type { DemoContext, PartsOf } from '@alzette/kit/service';
import type { Indicator } from '../../services/decisions/src/contract/indicator.ts';
import type { Scenario } from '../../services/decisions/src/contract/scenario.ts';
import { readZones } from '../../services/decisions/src/scenarios/exposure.ts';
import { SCENARIO_ROWS } from '../../services/decisions/src/scenarios/saved-scenario.ts';
import { PRODUCT, waitingImport } from '../../services/decisions/src/statistics/import-rows.ts';
import { documentRows } from '../../services/decisions/src/stored/document-rows.ts';
import { lookAgain } from '../look-again.ts';
import { packDocuments } from '../packs/documents.ts';
import { type DemoFile, FILES, GRID } from './files.ts';
import { SCENARIOS, WITH_INHABITANTS } from './scenarios.ts';
import { ZONE_COUNT } from './zones.ts';

const AUTHOR = 'demo';
const INDICATOR_ROWS = documentRows<Indicator>('indicator');
/** The grid is imported after the start, and zones arrive with the devices: what is computed with them waits. */
const GROUND_LOOKS = { afterMs: 3000, everyMs: 3000, most: 40 };
/** The lamps and containers that indicators count arrive with the devices. */
const LOOKS = { afterMs: 20_000, everyMs: 60_000, most: 4 };

/** Imports statistics with invented values, creates the indicators of packs and scenarios, unless they exist, and computes them. */
export async function putDecisions(
  { db, importer, simulating, computeSoon }: PartsOf<typeof decisions>,
  { tenant, client, context, logger }: DemoContext,
): Promise<() => Promise<void>> {
  for (const file of FILES) await take(file);
  await createIndicators();
  await create(SCENARIOS);
  let grid: string | undefined;
  const ends = [
    lookAgain(
      async (number) => {
        grid ??= await take(GRID);
        const isWaiting = (await waitingImport(db, tenant, grid)) !== undefined;
        const zones = isWaiting ? [] : await readZones({ client, tenant, context });
        if (zones.length < ZONE_COUNT && number < GROUND_LOOKS.most) return false;
        await create(WITH_INHABITANTS);
        return true;
      },
      { ...GROUND_LOOKS, logger },
    ),
    lookAgain(
      async () => {
        await computeSoon(tenant);
        return false;
      },
      { ...LOOKS, logger },
    ),
  ];
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };

  async function take({ flow, name, vintage, period }: DemoFile) {
    const bytes = await readFile(new URL(`files/${name}`, import.meta.url));
    // The same file twice is one import.
    return importer.take(tenant, { flow, bytes, vintage, period, author: PRODUCT });
  }

  async function createIndicators() {
    for (const { id, body: document } of await packDocuments<Indicator>('indicators')) {
      if ((await INDICATOR_ROWS.find(db, tenant, id)) !== undefined) continue;
      await INDICATOR_ROWS.create(db, tenant, id, { document, author: AUTHOR, isPublished: true });
    }
  }

  async function create(scenarios: typeof SCENARIOS) {
    for (const [id, scenario] of Object.entries(scenarios)) {
      if ((await SCENARIO_ROWS.find(db, tenant, id)) !== undefined) continue;
      const document = await simulated(scenario);
      await SCENARIO_ROWS.create(db, tenant, id, { document, author: AUTHOR, isPublished: true });
    }
  }

  async function simulated(scenario: Scenario) {
    const { title, question, chosen, ...simulation } = scenario;
    const prepared = await simulating.prepareFor({ client, tenant, context }, simulation);
    const result = await simulating.run(tenant, prepared);
    const saved = { title, question, ...prepared.simulation, ...(chosen && { chosen }) };
    return { scenario: saved, model: prepared.model, result };
  }
}
