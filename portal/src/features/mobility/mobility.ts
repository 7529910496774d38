import type { MobilityContract } from '@alzette/mobility/contract';
import { MOBILITY } from '@alzette/mobility/paths';
import { service } from '../../broker/service.ts';

export const mobility = service<MobilityContract>(MOBILITY);
