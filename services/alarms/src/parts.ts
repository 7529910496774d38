import type { ServiceContext } from '@alzette/kit/service';
import type { Alarm } from './alarm/alarm.ts';
import type { NoticePort } from './ports.ts';
import type { Kind } from './records/kind.ts';
import type { WorkOrder } from './work-orders/work-order.ts';

/** The parts of the service, shared by its functions. */
export interface AlarmParts extends ServiceContext {
  /** Delivers notices to people. */
  readonly notices: NoticePort;
  readonly alarms: Kind<Alarm>;
  readonly workOrders: Kind<WorkOrder>;
  /** Checks for due work now, because new work may have been planned. */
  wake(): void;
}
