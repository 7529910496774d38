import type { Database } from '@alzette/kit/database';
import type { TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** The parts of the service, shared by routes and jobs. */
export interface EnergyParts {
  readonly db: Database;
  /** A client with the product's own rights. */
  readonly client: NgsiLdClient;
  /** A client with the rights of the sender. */
  readonly clientOf: (request: FastifyRequest) => NgsiLdClient;
  /** URL of the territory's @context. */
  readonly context: string;
  readonly territory: TerritoryInfo;
  readonly logger: Logger;
}
