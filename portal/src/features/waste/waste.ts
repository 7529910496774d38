import type { ContainerContract, RoundContract } from '@alzette/waste/contract';
import { CONTAINERS, ROUNDS } from '@alzette/waste/paths';
import { clientOf } from '@alzette/web/asking';

export const waste = {
  containers: clientOf<ContainerContract>(CONTAINERS),
  rounds: clientOf<RoundContract>(ROUNDS),
};
