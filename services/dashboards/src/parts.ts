import type { Database } from '@alzette/kit/database';
import type { Mail } from '@alzette/kit/mail';
import type { Analyse, Audit, TerritoryInfo } from '@alzette/kit/service';
import type { Logger } from 'pino';

/** What the rooms of this service share. */
export interface DashboardParts {
  readonly db: Database;
  /** With the rights of the product itself. */
  readonly analyse: Analyse;
  readonly audit: Audit;
  readonly mail: Mail | undefined;
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly territory: TerritoryInfo;
}
