import type { Model } from '../contract/model.ts';
import type { Scenario, Simulated } from '../contract/scenario.ts';
import { type DocumentRows, documentRows } from '../stored/document-rows.ts';

/** A scenario with the model and the results of when it was saved: what was promised stays known. */
export interface SavedScenario {
  readonly scenario: Scenario;
  readonly model: Model;
  readonly result: Simulated;
}

export const SCENARIO_ROWS: DocumentRows<SavedScenario> = documentRows<SavedScenario>('scenario');
