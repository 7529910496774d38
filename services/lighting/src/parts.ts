import type { ServiceContext } from '@alzette/kit/service';
import type { Site } from './sun/sun-night.ts';

/** The parts of the service, shared by routes and jobs. */
export interface LightingParts extends ServiceContext {
  /** The centre of a tenant's territory; sunset differs by less than a minute within it. */
  siteOf(tenant: string): Site;
}
