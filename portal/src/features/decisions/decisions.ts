import type { IndicatorContract, ModelContract, ScenarioContract } from '@alzette/decisions/contract';
import { INDICATORS, MODELS, SCENARIOS } from '@alzette/decisions/paths';
import { clientOf } from '@alzette/web/asking';

export const indicators = clientOf<IndicatorContract>(INDICATORS);
export const models = clientOf<ModelContract>(MODELS);
export const scenarios = clientOf<ScenarioContract>(SCENARIOS);
