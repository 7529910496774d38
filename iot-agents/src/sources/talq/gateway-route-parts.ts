import type { Database } from '../../database.ts';
import type { TalqGateways } from './gateways.ts';
import type { TalqSources } from './talq-sources.ts';

/** The maximum body size in bytes. */
export const LONGEST_BODY = 32 * 1024 * 1024;

export interface WithAddress {
  Params: { address: string };
}

export interface GatewayParts {
  readonly db: Database;
  readonly gateways: TalqGateways;
  readonly talqSources: Pick<TalqSources, 'talq'>;
  /** Makes the source due at once, unless it is disabled. */
  readonly runSoon: (id: string) => Promise<void>;
}
