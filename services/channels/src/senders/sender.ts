import { inLanguage, type Language } from '@alzette/kit/languages';
import type { Content } from '../notice.ts';

/** One message for a sender. */
export interface Outgoing {
  /** The same for each attempt, so that a receiver can detect duplicates. */
  readonly id: string;
  readonly content: Content;
  readonly language: Language;
  /** An e-mail address, a telephone number, or '' for channels that are themselves an address. */
  readonly address: string;
}

/** The outcome of an attempt. `retry`: it may succeed later. `refused`: permanent. */
export type Outcome =
  | { readonly outcome: 'sent'; readonly detail?: string }
  | { readonly outcome: 'retry'; readonly detail: string; readonly afterMs?: number }
  | { readonly outcome: 'refused'; readonly detail: string };

export type Send = (message: Outgoing) => Promise<Outcome>;

/** One line of text, for telephones. */
export function inShort({ content, language }: Outgoing, most: number): string {
  const title = inLanguage(content.title, language);
  const text = `${title} ${content.link}`;
  if (text.length <= most) return text;
  const room = most - content.link.length - 2;
  return room < 10 ? title.slice(0, most) : `${title.slice(0, room)}… ${content.link}`;
}

/** Whether an HTTP status allows a retry. */
export function outcomeOfStatus(status: number, body: string, retryAfter?: string): Outcome {
  if (status >= 200 && status < 300) return { outcome: 'sent', detail: `HTTP ${status}` };
  const detail = `HTTP ${status}${body === '' ? '' : `: ${body.slice(0, 300)}`}`;
  const isTemporary = status === 408 || status === 425 || status === 429 || status >= 500;
  if (!isTemporary) return { outcome: 'refused', detail };
  const seconds = Number(retryAfter);
  return { outcome: 'retry', detail, ...(seconds > 0 && { afterMs: Math.min(seconds, 3600) * 1000 }) };
}
