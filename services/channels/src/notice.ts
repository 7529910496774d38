import type { Severity, Texts } from './contract/contract.ts';

/** A notice to people. */
export interface Notice {
  /** Unique per notice; the same when the notice is sent again. */
  readonly key: string;
  /** `email`, `push`, `sms`, `voice`, or the id of a configured channel. */
  readonly channel: string;
  /** `recipient:…`, `group:…`, `roster:…`; absent for channels that are themselves an address. */
  readonly to?: string;
  readonly severity: Severity;
  readonly title: Texts;
  readonly text: Texts;
  /** Absolute URL of the page with details. */
  readonly link: string;
  /** Members for programs. */
  readonly data: { readonly [member: string]: unknown };
  /**
   * Keys of earlier notices that this one corrects. It goes to those who were to get one of these, each once, instead of to `to`;
   * to nobody, if none was accepted.
   */
  readonly corrects?: readonly string[];
}

/** The port through which other services send notices. */
export interface NoticePort {
  /** Accepts notices. A notice whose key was accepted before is not sent again. Resolves when they are durable. */
  send(tenant: string, notices: readonly Notice[]): Promise<void>;
}

/** The content of a message: one notice, or several combined. */
export interface Content {
  readonly title: Texts;
  readonly text: Texts;
  readonly link: string;
  readonly data: { readonly [member: string]: unknown };
}
