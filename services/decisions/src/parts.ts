/** The parts of the service, shared by routes and jobs. */
export type { ServiceContext as DecisionParts } from '@alzette/kit/service';
