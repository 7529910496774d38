import type { TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** What the routes of this service share. */
export interface EnvironmentParts {
  /** With the rights of the product itself: for what everybody may read. */
  readonly client: NgsiLdClient;
  /** With the rights of who sends the request. */
  readonly clientOf: (request: FastifyRequest) => NgsiLdClient;
  /** URL of the territory's @context. */
  readonly context: string;
  readonly territory: TerritoryInfo;
  readonly logger: Logger;
}
