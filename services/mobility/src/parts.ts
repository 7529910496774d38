import type { TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { TimetableCall } from './ports.ts';

/** What the routes of this service share. */
export interface MobilityParts {
  /** With the rights of the product itself: for what everybody may read. */
  readonly client: NgsiLdClient;
  /** With the rights of who sends the request. */
  readonly clientOf: (request: FastifyRequest) => NgsiLdClient;
  /** URL of the territory's @context. */
  readonly context: string;
  readonly territory: TerritoryInfo;
  /** What leaves from stops by the timetable, the earliest first. */
  readonly timetable: (
    stops: readonly string[],
    between: { readonly from: Date; readonly to: Date },
  ) => Promise<readonly TimetableCall[]>;
  readonly logger: Logger;
}
