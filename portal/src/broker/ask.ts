import { asksToSignInAgain } from '@alzette/identity/browser';
import { NgsiLdClientError, type ProblemDetails } from '@alzette/ngsi-ld-schemas';

/** An answer that is no success, with what it says. */
export class AnswerError extends Error {
  readonly problem: ProblemDetails;
  /** Whether the user has to sign in again first. */
  readonly asksToSignInAgain: boolean;

  constructor(problem: ProblemDetails, asksAgain = false) {
    super(problem.detail ?? problem.title);
    this.name = 'AnswerError';
    this.problem = problem;
    this.asksToSignInAgain = asksAgain;
  }
}

/**
 * Asks a route of the platform that is not NGSI-LD, such as `/ops/…`, and reads its JSON.
 *
 * @param body an object goes as JSON, a file as CSV
 * @throws AnswerError: the answer is no success
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
    headers: body ? { 'content-type': isFile ? 'text/csv' : 'application/json', ...headers } : headers,
    ...(body && { body: isFile ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  if (!response.ok) throw new AnswerError(problemIn(response, text), asksToSignInAgain(response));
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** What went wrong, in the one shape the pages draw. */
export function toProblem(cause: unknown): ProblemDetails {
  if (cause instanceof NgsiLdClientError) return { ...cause.problem, status: cause.status };
  if (cause instanceof AnswerError) return cause.problem;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { type: 'about:blank', title: 'No answer', detail };
}

/** Of problem details (RFC 9457), or the agents' `{ name, message }`. */
function problemIn({ status, statusText }: Response, text: string): ProblemDetails {
  const { type, title, detail, name, message } = membersOf(text);
  const heading = title ?? name ?? statusText;
  return {
    type: type ?? name ?? 'about:blank',
    title: heading,
    status,
    detail: detail ?? message ?? (title ? '' : text),
  };
}

function membersOf(text: string): Partial<Record<'type' | 'title' | 'detail' | 'name' | 'message', string>> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
