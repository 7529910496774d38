import { AnswerError } from '@alzette/web/asking';
import { refusalOf } from './refusal.ts';

/** The key of the sentence for what went wrong; without an answer, that of a missing network. */
export function sentenceKeyOf(cause: unknown): string {
  return cause instanceof AnswerError && cause.status < 500 ? `refusal.${refusalOf(cause)}` : 'info.problem';
}
