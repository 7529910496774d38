import type { MobilityContract } from '@alzette/mobility/contract';
import { MOBILITY } from '@alzette/mobility/paths';
import { clientOf } from '@alzette/web/asking';

export const mobility = clientOf<MobilityContract>(MOBILITY);
