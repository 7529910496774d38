import type { Database } from '@alzette/kit/database';
import type { Audit, TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';

/** What the rooms of this service share. */
export interface OpenDataParts {
  readonly db: Database;
  /** With the rights of the product itself. */
  readonly client: NgsiLdClient;
  /** URL of the territory's @context. */
  readonly context: string;
  /** No slash at its end. */
  readonly publicUrl: string;
  readonly territory: TerritoryInfo;
  readonly audit: Audit;
  readonly logger: Logger;
}

/** Open data are those of the default tenant: a catalogue speaks for one organisation. */
export const PUBLIC_TENANT = '';
