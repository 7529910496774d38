import type { Database } from '@alzette/kit/database';
import type { Keyed } from '@alzette/kit/sealed-key';
import type { ServiceContext, TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Logger } from 'pino';
import type { ItemObjects } from './items/item-objects.ts';
import type { ImagePort, WebPushPort } from './ports.ts';

/** The parts of the service, shared by its folders. */
export interface PublishingParts {
  readonly db: Database;
  /** A client with the product's own rights. */
  readonly client: NgsiLdClient;
  /** Reads what is published. */
  readonly publicClient: NgsiLdClient;
  readonly logger: Logger;
  readonly publicUrl: string;
  /** The URL of the territory's @context. */
  readonly context: string;
  readonly territory: TerritoryInfo;
  readonly secrets: ServiceContext['secrets'];
  readonly outgoing: ServiceContext['outgoing'];
  readonly audit: ServiceContext['audit'];
  /** Absent: no mail server is configured. */
  readonly mail: ServiceContext['mail'];
  /** What requests are about. */
  readonly objects: ItemObjects;
  readonly keyed: Keyed;
  readonly webPush: WebPushPort;
  readonly images: ImagePort | undefined;
  /** Checks for items to publish or notify now. */
  wake(): void;
}
