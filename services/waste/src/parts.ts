import type { Caller } from '@alzette/kit/access';
import type { Compute } from '@alzette/kit/compute';
import type { Database } from '@alzette/kit/database';
import type { Audit, ServiceContext, TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { PushPort } from './ports.ts';

/** The parts of the service, shared by routes and jobs. */
export interface WasteParts {
  readonly db: Database;
  /** A client with the product's own rights. */
  readonly client: NgsiLdClient;
  /** A client with the rights of the sender. */
  readonly clientOf: (request: FastifyRequest) => NgsiLdClient;
  readonly callerOf: (request: FastifyRequest) => Caller;
  /** The sender of a request, whose rights work of later has; the other two are such rights. */
  readonly authorOf: ServiceContext['authorOf'];
  readonly clientAs: ServiceContext['clientAs'];
  readonly refusedTo: ServiceContext['refusedTo'];
  readonly audit: Audit;
  /** URL of the territory's @context. */
  readonly context: string;
  readonly publicUrl: string;
  readonly territory: TerritoryInfo;
  readonly push: PushPort;
  readonly compute: Compute;
  readonly logger: Logger;
}
