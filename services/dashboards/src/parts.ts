import type { Compute } from '@alzette/kit/compute';
import type { Database } from '@alzette/kit/database';
import type { Mail } from '@alzette/kit/mail';
import type { Analyse, Audit, ServiceContext, TerritoryInfo } from '@alzette/kit/service';
import type { Logger } from 'pino';

/** The parts of the service, shared by its folders. */
export interface DashboardParts {
  readonly db: Database;
  /** Queries with the product's own rights. */
  readonly analyse: Analyse;
  readonly compute: Compute;
  readonly audit: Audit;
  readonly judgeAs: ServiceContext['judgeAs'];
  readonly addressOf: ServiceContext['addressOf'];
  readonly mail: Mail | undefined;
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly territory: TerritoryInfo;
}
