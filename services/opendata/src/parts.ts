import type { Database } from '@alzette/kit/database';
import type { Audit, TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';

/** The parts of the service, shared by its folders. */
export interface OpenDataParts {
  readonly db: Database;
  /** A client with the product's own rights. */
  readonly client: NgsiLdClient;
  /** URL of the territory's @context. */
  readonly context: string;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly territory: TerritoryInfo;
  readonly audit: Audit;
  readonly logger: Logger;
}

/** Open data belong to the default tenant, because a catalogue speaks for one organisation. */
export const PUBLIC_TENANT = '';
