export * from './alarms.ts';
export * from './handover.ts';
export * from './records.ts';
export * from './setup.ts';
export * from './work-orders.ts';
