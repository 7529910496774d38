import type { EnvironmentContract, PublicEnvironmentContract } from '@alzette/environment/contract';
import { ENVIRONMENT, PUBLIC_ENVIRONMENT } from '@alzette/environment/paths';
import { service } from '../../broker/service.ts';

export const environment = service<EnvironmentContract>(ENVIRONMENT);
export const publicEnvironment = service<PublicEnvironmentContract>(PUBLIC_ENVIRONMENT);
