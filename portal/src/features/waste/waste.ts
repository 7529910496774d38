import type { ContainerContract, RoundContract } from '@alzette/waste/contract';
import { CONTAINERS, ROUNDS } from '@alzette/waste/paths';
import { service } from '../../broker/service.ts';

export const waste = {
  containers: service<ContainerContract>(CONTAINERS),
  rounds: service<RoundContract>(ROUNDS),
};
