import type { ServiceDefinition } from '@alzette/kit/service';
import { lighting } from '@alzette/lighting';

/** The services of the product, in the order in which they start. A new one is its import and its line here. */
export const SERVICES: readonly ServiceDefinition[] = [lighting];
