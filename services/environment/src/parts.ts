import type { ServiceContext } from '@alzette/kit/service';

/** The parts of the service, shared by its routes. Its `client` reads what is published. */
export type EnvironmentParts = ServiceContext;
