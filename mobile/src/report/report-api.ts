/** A category of reports, as returned by `/citizen/v1/reports/categories`. */
export interface Category {
  readonly code: string;
  readonly name: Texts;
  readonly description: Texts;
  readonly icon: string;
  readonly keywords: readonly string[];
  readonly isOurs: boolean;
  /** The contact, if the site is not responsible. */
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

/** By language; French is always present. */
export type Texts = Readonly<Record<string, string>>;

/** A lamp, a container or another asset. */
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
  /** In which the desk has written its text; absent: in that of the site. */
  readonly language?: string;
}

/** The public data of a report. */
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
  readonly photos: readonly string[];
  readonly requestedAt: string;
  readonly promisedAt?: string;
  readonly supporters: number;
  readonly metres?: number;
  readonly timeline?: readonly TimelineEntry[];
}

/** Additional data for its author, by the secret link. */
export interface FollowedReport extends PublicReport {
  readonly moderation: 'pending' | 'accepted' | 'hidden';
  readonly hiddenReason?: string;
  readonly text?: string;
  /** In which the author wrote. */
  readonly language: string;
  readonly timeline: readonly TimelineEntry[];
  readonly mayReopen: boolean;
  /** Whether the author is written to by e-mail. */
  readonly mail: 'on' | 'off' | 'unavailable';
  readonly survey: 'later' | 'asked' | 'answered';
}

/** The text in the language of the app, or in French. */
export function inLanguage(texts: Texts, language: string): string {
  return texts[language] ?? texts.fr ?? '';
}
