import type { Queryable } from '@alzette/kit/database';
import type { Judge, ObjectAction, ObjectKind } from '@alzette/kit/objects';
import type { Territories } from '@alzette/kit/service';
import { serviceRequest } from '@alzette/ngsi-ld-schemas/models';
import type { Report } from '../contract/report.ts';
import { urnOf } from '../report/report.ts';
import { scopesOf } from '../report/report-entity.ts';
import { loadReports, type StoredReport } from '../store/report-rows.ts';

/** A report, and whether the act changes what only moderators may. */
export interface JudgedAct {
  readonly kept: StoredReport;
  readonly isModerating: boolean;
}

/** What requests of the desk are about. All are judged by the rights on entities of reports. */
export interface ReportObjects {
  /** Reading and answering: a contractor may for the reports that are assigned to its organisation. */
  readonly report: ObjectKind<StoredReport>;
  /** The author's text and contact; publishing and assigning: requires the right to write in the report's commune. */
  readonly authorsWords: ObjectKind<StoredReport>;
  /** An act of the desk on a report. */
  readonly act: ObjectKind<JudgedAct>;
  /** New reports, by the scope of their commune, which everybody may know. */
  readonly newReports: ObjectKind<string>;
  /** Figures of the reports with this scope: of a commune or an organisation. */
  readonly figures: ObjectKind<string>;
  /** What helps to moderate, such as refused words: for who may moderate in some commune. */
  readonly moderation: ObjectKind<true>;
}

export function reportObjects(db: Queryable, territories: Territories): ReportObjects {
  const find = async (tenant: string, id: string) => (await loadReports(db, tenant, [id])).get(id);
  return {
    report: { name: 'report', find, may: (action, { report }, judge) => mayReport(judge, action, report) },
    authorsWords: {
      name: 'report with its author',
      find,
      may: (action, kept, judge) =>
        action === 'read' ? mayReport(judge, action, kept.report) : mayModerate(judge, kept.report),
    },
    act: {
      name: 'report for this act',
      find: () => undefined,
      may: (action, { kept, isModerating }, judge) =>
        action === 'write' && isModerating ? mayModerate(judge, kept.report) : mayReport(judge, action, kept.report),
    },
    newReports: {
      name: 'new report',
      find: (_tenant, scope) => scope,
      may: (action, scope, judge) => action === 'read' || judge.may('write', planOf([scope])),
    },
    figures: {
      name: 'statistics',
      find: (_tenant, scope) => scope,
      may: (action, scope, judge) => judge.may(action, planOf([scope])),
    },
    moderation: {
      name: 'settings of reports',
      find: () => true,
      may: (_action, _settings, judge) =>
        territories.of(judge.caller.tenant).communes.some(({ scope }) => judge.may('write', planOf([scope]))),
    },
  };
}

/** Whether they may see a report, or answer it. */
export function mayReport(judge: Judge, action: ObjectAction, report: Report): boolean {
  return judge.may(action, planOf(scopesOf(report), urnOf(report.id)));
}

/** Whether they may moderate the reports of its commune. */
export function mayModerate(judge: Judge, { communeScope }: Pick<Report, 'communeScope'>): boolean {
  return judge.may('write', planOf([communeScope]));
}

function planOf(scopes: readonly string[], id = urnOf('any')) {
  return { id, types: [serviceRequest.iri], scopes };
}
