import type { Dashboard, Question } from '@alzette/ngsi-ld-schemas/dashboards';
import { ask } from '@alzette/web/asking';
import { contextLink } from '../../broker/context-link.ts';

export interface KeptDashboard {
  readonly id: string;
  readonly dashboard: Dashboard;
  readonly version: number;
  readonly changedAt: string;
  readonly mayChange: boolean;
  readonly isOwn?: boolean;
  readonly link?: string;
}

export interface KeptQuestion {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly question: Question;
  readonly mayChange: boolean;
}

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

export function listDashboards(signal: AbortSignal) {
  return ask<{ dashboards: KeptDashboard[] }>('GET', '/dashboards', undefined, signal, contextLink());
}

export function listTemplates(signal: AbortSignal) {
  return ask<{ templates: { id: string; dashboard: Dashboard }[] }>('GET', '/dashboards/templates', undefined, signal);
}

export function findDashboard(id: string, signal: AbortSignal) {
  return ask<KeptDashboard>('GET', `/dashboards/${id}`, undefined, signal, contextLink());
}

export function findShared(link: string, signal: AbortSignal) {
  return ask<KeptDashboard>('GET', `/dashboards/shared/${link}`, undefined, signal);
}

/** @param version the version that was edited; 0: a new dashboard */
export function saveDashboard(id: string, version: number, dashboard: Dashboard) {
  return ask<KeptDashboard>('PUT', `/dashboards/${id}?version=${version}`, dashboard, undefined, contextLink());
}

export function deleteDashboard(id: string) {
  return ask<void>('DELETE', `/dashboards/${id}`, undefined, undefined, contextLink());
}

export function versionsOf(id: string, signal: AbortSignal) {
  return ask<{ versions: { version: number; dashboard: Dashboard; changedBy: string; changedAt: string }[] }>(
    'GET',
    `/dashboards/${id}/versions`,
    undefined,
    signal,
    contextLink(),
  );
}

export function shareDashboard(id: string) {
  return ask<{ link: string }>('POST', `/dashboards/${id}/link`, undefined, undefined, contextLink());
}

export function unshareDashboard(id: string) {
  return ask<void>('DELETE', `/dashboards/${id}/link`, undefined, undefined, contextLink());
}

export function listQuestions(signal: AbortSignal) {
  return ask<{ questions: KeptQuestion[] }>('GET', '/dashboards/questions', undefined, signal, contextLink());
}

export function saveQuestion(id: string, question: Omit<KeptQuestion, 'id' | 'mayChange'>) {
  return ask<void>('PUT', `/dashboards/questions/${id}`, question, undefined, contextLink());
}

export function deleteQuestion(id: string) {
  return ask<void>('DELETE', `/dashboards/questions/${id}`, undefined, undefined, contextLink());
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
