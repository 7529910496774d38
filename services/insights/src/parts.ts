import type { Caller } from '@alzette/kit/access';
import type { Compute } from '@alzette/kit/compute';
import type { Database } from '@alzette/kit/database';
import type { Audit, TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Register } from './register/register.ts';

/** The parts of the service, shared by routes and jobs. */
export interface InsightParts {
  readonly db: Database;
  /** A client with the product's own rights. */
  readonly client: NgsiLdClient;
  /** A client with the rights of the sender. */
  readonly clientOf: (request: FastifyRequest) => NgsiLdClient;
  readonly callerOf: (request: FastifyRequest) => Caller;
  /** URL of the territory's @context. */
  readonly context: string;
  readonly territory: TerritoryInfo;
  readonly compute: Compute;
  readonly audit: Audit;
  readonly register: Register;
  readonly logger: Logger;
}
