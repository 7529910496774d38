import type { ToldProblem } from '@alzette/web/asking';
import { seenAs } from '../../sign-in/seen-as.ts';

/** The words of the portal, in the language of its reader. */
export interface Words {
  t(key: string, values?: Record<string, unknown>): string;
  te(key: string): boolean;
}

/** Kinds that say everything. For the others, the server's own words follow, marked as such. */
const CLEAR: ReadonlySet<string> = new Set([
  ...['lacking', 'choice', 'number', 'length', 'count', 'taken'],
  ...['changed', 'busy', 'decided', 'full', 'absent', 'denied', 'secondPerson', 'away', 'seen', 'noAnswer'],
]);

/** The kind of refusal for the statuses of HTTP. */
const OF_STATUS: { readonly [status: number]: string } = {
  400: 'value',
  401: 'signIn',
  403: 'denied',
  404: 'absent',
  409: 'state',
  410: 'absent',
  412: 'changed',
  413: 'large',
  415: 'form',
  422: 'state',
  429: 'often',
  502: 'source',
  503: 'away',
  504: 'source',
};

/** The kind of refusal for the error types of NGSI-LD (5.5.2). */
const OF_TYPE: { readonly [type: string]: string } = {
  AlreadyExists: 'taken',
  BadRequestData: 'value',
  Conflict: 'state',
  InternalError: 'fault',
  InvalidRequest: 'value',
  LdContextNotAvailable: 'source',
  NonexistentTenant: 'absent',
  OperationNotSupported: 'unset',
  ResourceNotFound: 'absent',
  TooComplexQuery: 'large',
  TooManyResults: 'large',
};

/** The sentence for a problem, in the language of the reader. */
export function tellProblem(problem: ToldProblem, words: Words): string {
  if (problem.said !== undefined) return problem.said;
  const kind = kindOf(problem);
  const { field, from, to, allowed } = problem.reason ?? {};
  const name = field?.split('.').findLast((part) => !/^\d+$/.test(part)) ?? '';
  const label = words.te(`problem.field.${name}`) ? words.t(`problem.field.${name}`) : '';
  const bounds = from === undefined ? 'Most' : to === undefined ? 'Least' : '';
  const key = ['number', 'length', 'count'].includes(kind) ? `${kind}${bounds}` : kind;
  const sentence = words.t(`problem.reason.${key}`, { from, to, allowed: allowed?.join(', ') ?? '' });
  const told = label === '' ? sentence : words.t('problem.ofField', { label, sentence });
  const isClear = CLEAR.has(kind) && (field === undefined || label !== '');
  return isClear || problem.detail === '' ? told : words.t('problem.technical', { told, detail: problem.detail });
}

/** What the server said, for the person who helps the reader. */
export const technicalText = ({ status, title, detail }: ToldProblem) =>
  [status, title, detail].filter(Boolean).join(' · ');

export function kindOf({ status, type, reason }: ToldProblem): string {
  if (status === undefined) return 'noAnswer';
  if (status === 403 && isSeenAsOther()) return 'seen';
  return reason?.kind ?? OF_TYPE[type.split('/').at(-1) ?? ''] ?? OF_STATUS[status] ?? 'fault';
}

/** While an administrator sees the portal as somebody else, nothing can be changed. */
const isSeenAsOther = () => globalThis.sessionStorage !== undefined && seenAs() !== undefined;
