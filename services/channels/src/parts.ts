import type { Database } from '@alzette/kit/database';
import type { Mail } from '@alzette/kit/mail';
import type { ServiceContext } from '@alzette/kit/service';
import type { Logger } from 'pino';
import type { RetrySettings } from './delivery/retry.ts';
import type { VapidKeys } from './push/vapid.ts';

/** What the parts of the service share. */
export interface ChannelParts {
  readonly db: Database;
  readonly logger: Logger;
  readonly publicUrl: string;
  /** The territory's. */
  readonly timeZone: string;
  readonly secrets: ServiceContext['secrets'];
  readonly outgoing: ServiceContext['outgoing'];
  readonly mail: Mail | undefined;
  readonly audit: ServiceContext['audit'];
  readonly retry: RetrySettings;
  readonly vapid: VapidKeys;
  /** Looks at once what is due, since something may have become so. */
  wake(): void;
}
