import { ask } from '@alzette/web/asking';
import type { LanguageMap } from '../../i18n/in-language.ts';
import type { Locale } from '../../i18n/locales.ts';

export const OPEN_STATUSES = ['open', 'investigating', 'planned', 'inProgress'] as const;
export const STATUSES = [...OPEN_STATUSES, 'fixed', 'notOurs', 'duplicate', 'noAction'] as const;
export type Status = (typeof STATUSES)[number];
export const MODERATIONS = ['pending', 'accepted', 'hidden'] as const;
export type Moderation = (typeof MODERATIONS)[number];
/** Why a report is hidden, for the figures. */
export const HIDDEN_CAUSES = ['person', 'insult', 'offTopic', 'other'] as const;
export type HiddenCause = (typeof HIDDEN_CAUSES)[number];
export type Clock = 'done' | 'onTime' | 'soon' | 'late';

/** A report as returned by `/reports`. Times are ISO 8601. */
export interface ReportRecord {
  readonly id: string;
  readonly category: string;
  readonly position: readonly [number, number];
  readonly commune: string;
  readonly asset?: string;
  readonly status: Status;
  readonly moderation: Moderation;
  readonly hiddenReason?: string;
  readonly organisation?: string;
  readonly assignee?: string;
  readonly requestedAt: string;
  readonly promisedAt?: string;
  readonly closedAt?: string;
  readonly publicText?: string;
  readonly publicAddress?: string;
  readonly photos: readonly { readonly id: string; readonly isPublic: boolean; readonly url: string }[];
  readonly duplicateOf?: string;
  readonly workOrders: readonly string[];
  readonly supporters: number;
  readonly isSatisfied?: boolean;
  readonly clock: Clock;
  /** Whether the reader may answer, publish, merge and assign it. */
  readonly mayAct: boolean;
  readonly mayModerate: boolean;
  /** The language of its author, for who may answer. */
  readonly language?: Locale;
  readonly words: {
    readonly text?: string;
    /** The text without what was found in it. */
    readonly masked?: string;
    readonly address?: string;
    readonly findings?: readonly string[];
  };
}

export interface Category {
  readonly code: string;
  readonly name: LanguageMap;
  readonly organisation?: string;
}

export interface Template {
  readonly id: string;
  readonly title: LanguageMap;
  readonly text: LanguageMap;
  readonly status?: Status;
  /** Set by an administrator, not built in. */
  readonly isOwn?: boolean;
}

export interface Entry {
  readonly n: number;
  readonly at: string;
  readonly actor: string;
  readonly act: string;
  readonly audience: 'public' | 'author' | 'desk';
  readonly status?: Status;
  readonly text?: string;
}

/** A report with its related data. */
export interface ReportDetail {
  readonly report: ReportRecord;
  readonly category?: Category;
  readonly journal: readonly Entry[];
  readonly asset?: { readonly id: string; readonly name?: string };
  /** The latest values of the asset, the newest first. */
  readonly telemetry?: readonly {
    readonly name: string;
    readonly value: string | number | boolean;
    readonly unitCode?: string;
    readonly observedAt?: string;
  }[];
  readonly alarms: readonly { readonly id: string; readonly description?: string; readonly dateIssued: unknown }[];
  readonly nearby: readonly {
    readonly id: string;
    readonly status: Status;
    readonly requestedAt: string;
    readonly metres: number;
  }[];
}

/** Sends an act on a report. @throws AnswerError */
export function actOnReport(id: string, act: object): Promise<unknown> {
  return ask('POST', `/reports/${id}/acts`, act);
}

export interface BulkResult {
  readonly report: string;
  /** `leftOut`: not published, because its text has findings. */
  readonly outcome: 'done' | 'unchanged' | 'leftOut' | 'refused';
  readonly detail?: string;
  readonly findings?: readonly string[];
}

/** Sends the same act for several reports. */
export async function actOnReports(reports: readonly string[], act: object): Promise<readonly BulkResult[]> {
  return (await ask<{ results: readonly BulkResult[] }>('POST', '/reports/acts', { reports, act })).results;
}
