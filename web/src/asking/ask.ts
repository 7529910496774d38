import { asksToSignInAgain } from '@alzette/identity/browser/sign-in-again';
import type { Reason } from '@alzette/kit/reasons';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas';
import { ToldError, type ToldProblem } from './told.ts';

const BYTES = 'application/octet-stream';

/** An answer with an error status, with its message. */
export class AnswerError extends Error {
  readonly problem: ToldProblem;
  /** 0: unknown. */
  readonly status: number;
  /** Whether the user has to sign in again. */
  readonly asksToSignInAgain: boolean;
  /** All that the answer has, as its contract says it, e.g. the faults of a form. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(problem: ToldProblem, asksAgain = false, members: Readonly<Record<string, unknown>> = {}) {
    super(problem.detail ?? problem.title);
    this.name = 'AnswerError';
    this.problem = problem;
    this.status = problem.status ?? 0;
    this.asksToSignInAgain = asksAgain;
    this.members = members;
  }
}

/**
 * Requests a route of the platform outside NGSI-LD, such as `/ops/…`, and reads its JSON. Another answer is a Blob.
 *
 * @param body an object is sent as JSON, a file with its type unless `headers` say otherwise
 * @throws AnswerError: the answer has an error status
 */
export async function ask<T>(
  method: string,
  path: string,
  body?: object,
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const isFile = body instanceof Blob;
  const response = await fetch(path, {
    method,
    headers: body ? { 'content-type': isFile ? body.type || BYTES : 'application/json', ...headers } : headers,
    ...(body && { body: isFile ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  return readAnswer<T>(response);
}

/**
 * Reads the JSON of a response; another one is a Blob. Undefined: it is empty.
 *
 * @throws AnswerError: it has an error status
 */
export async function readAnswer<T>(response: Response): Promise<T> {
  const type = response.headers.get('content-type');
  if (response.ok && type !== null && !type.includes('json')) return (await response.blob()) as T;
  const text = await response.text();
  if (!response.ok) {
    const members = membersOf(text);
    throw new AnswerError(problemIn(response, text, members), asksToSignInAgain(response), members);
  }
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Converts any error to problem details, the form that the pages display. */
export function toProblem(cause: unknown): ToldProblem {
  if (cause instanceof NgsiLdClientError) return { ...cause.problem, status: cause.status };
  if (cause instanceof AnswerError) return cause.problem;
  if (cause instanceof ToldError) return { type: 'about:blank', title: '', detail: '', said: cause.message };
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { type: 'about:blank', title: 'No answer', detail };
}

/** Whether the same request may succeed later: there was no answer, or the server has a problem or too much to do. */
export function isTemporary(cause: unknown): boolean {
  if (cause === null) return false;
  const { status } = toProblem(cause);
  return status === undefined || status >= 500 || status === 429 || status === 408;
}

/** Reads problem details (RFC 9457), or the agents' `{ name, message }`. */
function problemIn({ status, statusText }: Response, text: string, members: Members): ToldProblem {
  const { type, title, detail, name, message, reason } = members;
  const heading = title ?? name ?? statusText;
  return {
    type: type ?? name ?? 'about:blank',
    title: heading,
    status,
    detail: detail ?? message ?? (title ? '' : text),
    ...(typeof reason === 'object' && { reason }),
  };
}

type Members = Partial<Record<'type' | 'title' | 'detail' | 'name' | 'message', string>> & { readonly reason?: Reason };

function membersOf(text: string): Members {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
