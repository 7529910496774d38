import type { ServiceContext } from '@alzette/kit/service';
import type { PushPort } from './ports.ts';

/** The parts of the service, shared by routes and jobs. */
export interface WasteParts extends ServiceContext {
  readonly push: PushPort;
}
