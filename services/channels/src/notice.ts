export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A text in the languages of the product. */
export interface Texts {
  readonly fr: string;
  readonly en: string;
}

/** What somebody is to be told. */
export interface Notice {
  /** Unique per notice, the same when it is handed over again. */
  readonly key: string;
  /** `email`, `push`, `sms`, `voice`, or the id of a configured channel. */
  readonly channel: string;
  /** `recipient:…`, `group:…`, `roster:…`; absent for channels that are an address themselves. */
  readonly to?: string;
  readonly severity: Severity;
  readonly title: Texts;
  readonly text: Texts;
  /** Where one sees more: an absolute URL. */
  readonly link: string;
  /** For programs. */
  readonly data: { readonly [member: string]: unknown };
}

/** How other services let people be told. */
export interface NoticePort {
  /** Takes notices over. One whose key was taken before is not told again. Resolves once they are durable. */
  send(tenant: string, notices: readonly Notice[]): Promise<void>;
}

export type Language = keyof Texts;

/** A message as it is kept: of a notice, or of several that came together. */
export interface Content {
  readonly title: Texts;
  readonly text: Texts;
  readonly link: string;
  readonly data: { readonly [member: string]: unknown };
}
