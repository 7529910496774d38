import type { AlarmContract, WorkOrderContract } from '@alzette/alarms/contract';
import { ALARMS, WORK_ORDERS } from '@alzette/alarms/paths';
import { clientOf } from '@alzette/web/asking';

export const alarms = clientOf<AlarmContract>(ALARMS);
export const workOrders = clientOf<WorkOrderContract>(WORK_ORDERS);
