import type { AlarmContract, WorkOrderContract } from '@alzette/alarms/contract';
import { ALARMS, WORK_ORDERS } from '@alzette/alarms/paths';
import { service } from '../broker/service.ts';

export const alarms = service<AlarmContract>(ALARMS);
export const workOrders = service<WorkOrderContract>(WORK_ORDERS);
