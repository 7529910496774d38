import type { Database } from '@alzette/kit/database';
import type { EntityPlan, TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** What the routes and jobs of this service share. */
export interface EnergyParts {
  readonly db: Database;
  /** With the rights of the product itself. */
  readonly client: NgsiLdClient;
  /** With the rights of who sends the request. */
  readonly clientOf: (request: FastifyRequest) => NgsiLdClient;
  readonly mayWrite: (request: FastifyRequest, entity: EntityPlan) => boolean;
  /** URL of the territory's @context. */
  readonly context: string;
  readonly territory: TerritoryInfo;
  readonly logger: Logger;
}
