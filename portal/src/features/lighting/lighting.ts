import type {
  MeasureContract,
  ParkContract,
  PlanContract,
  SimulationContract,
  StrategyContract,
  SupervisionContract,
  ZoneContract,
} from '@alzette/lighting/contract';
import { MEASURES, PARK, PLANS, SIMULATIONS, STRATEGIES, SUPERVISION, ZONES } from '@alzette/lighting/paths';
import { clientOf } from '@alzette/web/asking';

export const lighting = {
  measures: clientOf<MeasureContract>(MEASURES),
  park: clientOf<ParkContract>(PARK),
  plans: clientOf<PlanContract>(PLANS),
  simulations: clientOf<SimulationContract>(SIMULATIONS),
  strategies: clientOf<StrategyContract>(STRATEGIES),
  supervision: clientOf<SupervisionContract>(SUPERVISION),
  zones: clientOf<ZoneContract>(ZONES),
};
