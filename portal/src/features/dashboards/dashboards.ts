import type { DashboardContract, DashboardReportContract, QuestionContract } from '@alzette/dashboards/contract';
import { DASHBOARD_REPORTS, DASHBOARDS, QUESTIONS } from '@alzette/dashboards/paths';
import { ask } from '@alzette/web/asking';
import { contextLink } from '../../broker/context-link.ts';
import { service } from '../../broker/service.ts';

export const dashboards = service<DashboardContract>(DASHBOARDS);
export const savedQuestions = service<QuestionContract>(QUESTIONS);
export const reports = service<DashboardReportContract>(DASHBOARD_REPORTS);

export interface AnalysisRow {
  readonly keys: readonly (string | null)[];
  readonly at: string | null;
  readonly value: number | null;
  readonly count: number;
}

export interface Analysis {
  readonly rows: readonly AnalysisRow[];
  readonly isCut: boolean;
}

export function analyse(body: object, signal: AbortSignal) {
  return ask<Analysis>('POST', '/territory/analysis', body, signal, contextLink());
}

/** A new unique id from a title. */
export function newId(title: string): string {
  const plain = title
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const random = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  return `${plain.slice(0, 40) || 'd'}-${random.toString(36)}`;
}
