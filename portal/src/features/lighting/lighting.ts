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
import { service } from '../../broker/service.ts';

export const lighting = {
  measures: service<MeasureContract>(MEASURES),
  park: service<ParkContract>(PARK),
  plans: service<PlanContract>(PLANS),
  simulations: service<SimulationContract>(SIMULATIONS),
  strategies: service<StrategyContract>(STRATEGIES),
  supervision: service<SupervisionContract>(SUPERVISION),
  zones: service<ZoneContract>(ZONES),
};
