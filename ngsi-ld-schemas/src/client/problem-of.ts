import type { ProblemDetails } from '../entity.ts';
import type { HttpAnswer } from './transport.ts';

/** The problem of an answer that is no success; a proxy may have sent another body. */
export function problemOf({ status, body }: Pick<HttpAnswer, 'status' | 'body'>): ProblemDetails {
  const problemBody = parsed(body);
  return {
    type: text(problemBody.type) ?? 'about:blank',
    title: text(problemBody.title) ?? `HTTP status ${status}`,
    detail: text(problemBody.detail) ?? (Object.keys(problemBody).length === 0 ? body.slice(0, 200) : ''),
    status,
  };
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
