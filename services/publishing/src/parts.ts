import type { Keyed } from '@alzette/kit/sealed-key';
import type { ServiceContext } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { ItemObjects } from './items/item-objects.ts';
import type { ImagePort, WebPushPort } from './ports.ts';

/** The parts of the service, shared by its folders. */
export interface PublishingParts extends Omit<ServiceContext, 'publicClient'> {
  /** Reads what is published. */
  readonly publicClient: NgsiLdClient;
  /** What requests are about. */
  readonly objects: ItemObjects;
  readonly keyed: Keyed;
  readonly webPush: WebPushPort;
  /** Absent: articles have no images. */
  readonly images: ImagePort | undefined;
  /** Checks for items to publish or notify now. */
  wake(): void;
}
