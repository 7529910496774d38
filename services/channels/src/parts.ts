import type { Database } from '@alzette/kit/database';
import type { Mail } from '@alzette/kit/mail';
import type { ServiceContext } from '@alzette/kit/service';
import type { Logger } from 'pino';
import type { RetrySettings } from './delivery/retry.ts';
import type { VapidKeys } from './push/vapid.ts';

/** The parts of the service, shared by its functions. */
export interface ChannelParts {
  readonly db: Database;
  readonly logger: Logger;
  readonly publicUrl: string;
  /** The territory's time zone. */
  readonly timeZone: string;
  readonly secrets: ServiceContext['secrets'];
  readonly outgoing: ServiceContext['outgoing'];
  readonly mail: Mail | undefined;
  readonly audit: ServiceContext['audit'];
  readonly retry: RetrySettings;
  readonly vapid: VapidKeys;
  /** Checks for due messages now, because new ones may have been added. */
  wake(): void;
}
