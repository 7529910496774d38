export { createLogger } from './outage-logger.ts';
export { type OutageLog, OutageReporter, outageBehind } from './outage-reporter.ts';
