import type { EnergyContract } from '@alzette/energy/contract';
import { ENERGY } from '@alzette/energy/paths';
import { service } from '../../broker/service.ts';

export const energy = service<EnergyContract>(ENERGY);
