import { readFile } from 'node:fs/promises';
import type { decisions } from '@alzette/decisions';
import type { DemoContext, PartsOf } from '@alzette/kit/service';
import type { Scenario } from '../../services/decisions/src/contract/scenario.ts';
import { SCENARIO_ROWS } from '../../services/decisions/src/scenarios/saved-scenario.ts';
import { PRODUCT } from '../../services/decisions/src/statistics/import-rows.ts';
import { lookAgain } from '../look-again.ts';
import { FILES } from './files.ts';
import { SCENARIOS } from './scenarios.ts';

const AUTHOR = 'demo';
/** The lamps and containers that indicators count arrive with the devices. */
const LOOKS = { afterMs: 20_000, everyMs: 60_000, most: 4 };

/** Imports statistics with invented values, computes the indicators, and creates scenarios, unless they exist. */
export async function putDecisions(
  { db, importer, simulating, computeSoon }: PartsOf<typeof decisions>,
  { tenant, client, context, logger }: DemoContext,
): Promise<() => Promise<void>> {
  for (const { flow, name, vintage, period } of FILES) {
    const bytes = await readFile(new URL(`files/${name}`, import.meta.url));
    // The same file twice is one import.
    await importer.take(tenant, { flow, bytes, vintage, period, author: PRODUCT });
  }
  for (const [id, scenario] of Object.entries(SCENARIOS)) {
    if ((await SCENARIO_ROWS.find(db, tenant, id)) !== undefined) continue;
    const document = await simulated(scenario);
    await SCENARIO_ROWS.create(db, tenant, id, { document, author: AUTHOR, isPublished: true });
  }
  return lookAgain(
    async () => {
      await computeSoon(tenant);
      return false;
    },
    { ...LOOKS, logger },
  );

  async function simulated(scenario: Scenario) {
    const { title, question, chosen, ...simulation } = scenario;
    const prepared = await simulating.prepareFor({ client, tenant, context }, simulation);
    const result = await simulating.run(tenant, prepared);
    const saved = { title, question, ...prepared.simulation, ...(chosen && { chosen }) };
    return { scenario: saved, model: prepared.model, result };
  }
}
