import type { Caller } from '@alzette/kit/access';
import type { Database } from '@alzette/kit/database';
import type { EntityPlan, TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { PushPort } from './ports.ts';

/** What the routes and jobs of this service share. */
export interface WasteParts {
  readonly db: Database;
  /** With the rights of the product itself. */
  readonly client: NgsiLdClient;
  /** With the rights of who sends the request. */
  readonly clientOf: (request: FastifyRequest) => NgsiLdClient;
  readonly callerOf: (request: FastifyRequest) => Caller;
  readonly mayWrite: (request: FastifyRequest, entity: EntityPlan) => boolean;
  /** URL of the territory's @context. */
  readonly context: string;
  readonly publicUrl: string;
  readonly territory: TerritoryInfo;
  readonly push: PushPort;
  readonly logger: Logger;
}
