import { AnswerError } from '@alzette/web/asking';

/** The error for one of several acts that the server refused in an answer without an error status. */
export const refusalOf = (detail = ''): AnswerError =>
  new AnswerError({ type: 'about:blank', title: '', detail, status: 409 });
