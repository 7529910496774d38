import type { HiddenCause, Moderation, ReportContract, ReportSetupContract, Status } from '@alzette/reports/contract';
import { REPORT_SETUP, REPORTS } from '@alzette/reports/paths';
import { service } from '../../broker/service.ts';

export const reports = service<ReportContract>(REPORTS);
export const reportSetup = service<ReportSetupContract>(REPORT_SETUP);

export const OPEN_STATUSES = ['open', 'investigating', 'planned', 'inProgress'] as const satisfies readonly Status[];
export const STATUSES = [
  ...OPEN_STATUSES,
  ...(['fixed', 'notOurs', 'duplicate', 'noAction'] as const satisfies readonly Status[]),
] as const;
export const MODERATIONS = ['pending', 'accepted', 'hidden'] as const satisfies readonly Moderation[];
export const HIDDEN_CAUSES = ['person', 'insult', 'offTopic', 'other'] as const satisfies readonly HiddenCause[];
