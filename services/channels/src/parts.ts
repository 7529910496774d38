import type { ServiceContext } from '@alzette/kit/service';
import type { RetrySettings } from './delivery/retry.ts';
import type { VapidKeysOf } from './push/vapid.ts';
import type { ServiceChannels } from './senders/service-channel.ts';

/** The parts of the service, shared by its functions. */
export interface ChannelParts extends ServiceContext {
  readonly retry: RetrySettings;
  readonly vapidOf: VapidKeysOf;
  /** Channels of services of others, by their names. */
  readonly serviceChannels: ServiceChannels;
  /** Checks for due messages now, because new ones may have been added. */
  wake(): void;
}
