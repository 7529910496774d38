import type {
  ComparisonContract,
  CrossingContract,
  IndicatorContract,
  ModelContract,
  ReachContract,
  ScenarioContract,
  StatisticsContract,
} from '@alzette/decisions/contract';
import { COMPARISON, CROSSINGS, INDICATORS, MODELS, REACH, SCENARIOS, STATISTICS } from '@alzette/decisions/paths';
import type { PublicationContract } from '@alzette/publishing/contract';
import { PUBLICATIONS } from '@alzette/publishing/paths';
import { clientOf } from '@alzette/web/asking';

export const statistics = clientOf<StatisticsContract>(STATISTICS);
export const indicators = clientOf<IndicatorContract>(INDICATORS);
export const crossings = clientOf<CrossingContract>(CROSSINGS);
export const comparison = clientOf<ComparisonContract>(COMPARISON);
export const models = clientOf<ModelContract>(MODELS);
export const reach = clientOf<ReachContract>(REACH);
export const scenarios = clientOf<ScenarioContract>(SCENARIOS);
export const publications = clientOf<PublicationContract>(PUBLICATIONS);
