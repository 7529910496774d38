import type { EnvironmentContract, PublicEnvironmentContract } from '@alzette/environment/contract';
import { ENVIRONMENT, PUBLIC_ENVIRONMENT } from '@alzette/environment/paths';
import { clientOf } from '@alzette/web/asking';

export const environment = clientOf<EnvironmentContract>(ENVIRONMENT);
export const publicEnvironment = clientOf<PublicEnvironmentContract>(PUBLIC_ENVIRONMENT);
