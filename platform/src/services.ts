import type { ServiceDefinition } from '@alzette/kit/service';

/** The services of the product, in the order in which they start. A new one is its import and its line here. */
export const SERVICES: readonly ServiceDefinition[] = [];
