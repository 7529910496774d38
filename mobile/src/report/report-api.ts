/** What can be reported, as `/citizen/v1/reports/categories` tells it. */
export interface Category {
  readonly code: string;
  readonly name: Texts;
  readonly description: Texts;
  readonly icon: string;
  readonly keywords: readonly string[];
  readonly isOurs: boolean;
  /** Where it is not ours: whom to ask. */
  readonly contact?: { readonly name: string; readonly phone?: string; readonly url?: string };
  readonly assetTypes: readonly string[];
  readonly questions: readonly Question[];
}

export interface Question {
  readonly code: string;
  readonly datatype: string;
  readonly isRequired: boolean;
  readonly description: Texts;
  readonly values?: readonly { readonly key: string; readonly name: Texts }[];
}

/** By language; French is always there. */
export type Texts = Readonly<Record<string, string>>;

/** A lamp, a container or the like. */
export interface Asset {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly location: { readonly lat: number; readonly lon: number };
  readonly metres?: number;
}

export interface TimelineEntry {
  readonly n: number;
  readonly at: string;
  readonly act: string;
  readonly status?: string;
  readonly text?: string;
  readonly promisedAt?: string;
}

/** What everybody may know of a report. */
export interface PublicReport {
  readonly id: string;
  readonly category: string;
  readonly name: Texts;
  readonly icon: string;
  readonly status: string;
  readonly isOpen: boolean;
  readonly location: { readonly lat: number; readonly lon: number };
  readonly commune: string;
  readonly description?: string;
  /** In which its author wrote; of one report alone. */
  readonly language?: string;
  readonly photos: readonly string[];
  readonly requestedAt: string;
  readonly promisedAt?: string;
  readonly supporters: number;
  readonly metres?: number;
  readonly timeline?: readonly TimelineEntry[];
}

/** What its author may know of it besides, by the secret link. */
export interface FollowedReport extends PublicReport {
  readonly moderation: 'pending' | 'accepted' | 'hidden';
  readonly hiddenReason?: string;
  readonly text?: string;
  readonly timeline: readonly TimelineEntry[];
  readonly mayReopen: boolean;
  readonly survey: 'later' | 'asked' | 'answered';
}

/** In the language of the app, else in French. */
export function inLanguage(texts: Texts, language: string): string {
  return texts[language] ?? texts.fr ?? '';
}
