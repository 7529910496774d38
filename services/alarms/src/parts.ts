import type { Database } from '@alzette/kit/database';
import type { ServiceContext } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Logger } from 'pino';
import type { Alarm } from './alarm/alarm.ts';
import type { NoticePort } from './ports.ts';
import type { Kind } from './records/kind.ts';
import type { WorkOrder } from './work-orders/work-order.ts';

/** What the parts of the service share. */
export interface AlarmParts {
  readonly db: Database;
  /** With the product's own rights. */
  readonly client: NgsiLdClient;
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly audit: ServiceContext['audit'];
  /** Whoever tells people. */
  readonly notices: NoticePort;
  readonly alarms: Kind<Alarm>;
  readonly workOrders: Kind<WorkOrder>;
  /** Looks at once what is due, since something may have become so. */
  wake(): void;
}
