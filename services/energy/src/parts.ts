/** The parts of the service, shared by routes and jobs. */
export type { ServiceContext as EnergyParts } from '@alzette/kit/service';
