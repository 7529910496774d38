import type { ServiceContext } from '@alzette/kit/service';
import type { Register } from './register/register.ts';

/** The parts of the service, shared by routes and jobs. */
export interface InsightParts extends ServiceContext {
  readonly register: Register;
}
