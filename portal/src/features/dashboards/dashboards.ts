import type { TerritoryQuestion, TerritoryViewContract } from '@alzette/broker/contract';
import type { DashboardContract, DashboardReportContract, QuestionContract } from '@alzette/dashboards/contract';
import { DASHBOARD_REPORTS, DASHBOARDS, QUESTIONS } from '@alzette/dashboards/paths';
import type { Answered } from '@alzette/kit/client';
import { views } from '../../broker/operations.ts';
import { service } from '../../broker/service.ts';

export const dashboards = service<DashboardContract>(DASHBOARDS);
export const savedQuestions = service<QuestionContract>(QUESTIONS);
export const reports = service<DashboardReportContract>(DASHBOARD_REPORTS);

export type Analysis = Answered<TerritoryViewContract['operations']['analyse']>;
export type AnalysisRow = Analysis['rows'][number];

/** @param body by `analysisOf` */
export function analyse(body: object, signal: AbortSignal): Promise<Analysis> {
  return views.analyse({ body: body as TerritoryQuestion, signal });
}
