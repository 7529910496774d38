import type { EnergyContract } from '@alzette/energy/contract';
import { ENERGY } from '@alzette/energy/paths';
import { clientOf } from '@alzette/web/asking';

export const energy = clientOf<EnergyContract>(ENERGY);
