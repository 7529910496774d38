import type { Caller } from '@alzette/kit/access';
import type { Compute } from '@alzette/kit/compute';
import type { Database } from '@alzette/kit/database';
import type { Audit, DeviceCommands, ServiceContext, TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Site } from './sun/sun-night.ts';

/** The parts of the service, shared by routes and jobs. */
export interface LightingParts {
  readonly db: Database;
  /** A client with the product's own rights. */
  readonly client: NgsiLdClient;
  /** A client with the rights of the sender. */
  readonly clientOf: (request: FastifyRequest) => NgsiLdClient;
  readonly callerOf: (request: FastifyRequest) => Caller;
  /** For work that is done later in the name of a sender. */
  readonly authorOf: ServiceContext['authorOf'];
  readonly clientAs: ServiceContext['clientAs'];
  readonly commands: DeviceCommands;
  /** URL of the territory's @context. */
  readonly context: string;
  readonly publicUrl: string;
  readonly territory: TerritoryInfo;
  /** The centre of the territory; sunset differs by less than a minute within it. */
  readonly site: Site;
  readonly compute: Compute;
  readonly audit: Audit;
  readonly logger: Logger;
}
