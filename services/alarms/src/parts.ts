import type { Database } from '@alzette/kit/database';
import type { ServiceContext } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Logger } from 'pino';
import type { Alarm } from './alarm/alarm.ts';
import type { NoticePort } from './ports.ts';
import type { Kind } from './records/kind.ts';
import type { WorkOrder } from './work-orders/work-order.ts';

/** The parts of the service, shared by its functions. */
export interface AlarmParts {
  readonly db: Database;
  /** A client with the product's own rights. */
  readonly client: NgsiLdClient;
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly audit: ServiceContext['audit'];
  /** Delivers notices to people. */
  readonly notices: NoticePort;
  readonly alarms: Kind<Alarm>;
  readonly workOrders: Kind<WorkOrder>;
  /** Checks for due work now, because new work may have been planned. */
  wake(): void;
}
