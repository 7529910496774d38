import type { Answer } from './raw-exchange.ts';

const ERRORS = 'https://uri.etsi.org/ngsi-ld/errors/';

/** Texts that no answer may contain: parts of a stack, of our source tree, of statements or of settings. */
const SECRETS =
  /\bat (?:async )?[\w.<>]+ \(|node_modules|node:internal|\.ts:\d|postgres(?:ql)?:\/\/|\bSELECT\b.*\bFROM\b|root:x:0/;

/** Errors in an answer that are wrong for any request. */
export function faultsOf(method: string, { status, headers, body }: Answer): string[] {
  const faults: string[] = [];
  const fault = (text: string) => faults.push(`${text}: ${status} ${body.slice(0, 300)}`);
  if (!(status >= 200 && status < 600)) fault('No status');
  if (status >= 500 && !(status === 504 && (method === 'HEAD' || body.includes('LdContextNotAvailable'))))
    fault('The server is at fault');
  if (status >= 400 && SECRETS.test(body)) fault('The answer tells what is none of the client’s business');
  if (status === 207) faults.push(...batchFaults(body));
  if (status < 400 || method === 'HEAD') return faults;
  if (status === 411 || status === 415) {
    if (body !== '') fault('A body where the standard wants none');
    return faults;
  }
  if (headers.get('content-type') !== 'application/json') fault(`Not JSON but ${headers.get('content-type')}`);
  const problem = parsed(body);
  if (problem === undefined) fault('Not a ProblemDetails');
  else faults.push(...problemFaults(problem, status));
  return faults;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function problemFaults(problem: unknown, status?: number): string[] {
  const { type, title, detail, status: problemStatus } = Object(problem) as Record<string, unknown>;
  const text = JSON.stringify(problem)?.slice(0, 300);
  if (typeof type !== 'string' || !type.startsWith(ERRORS)) return [`No type of the standard: ${text}`];
  if (typeof title !== 'string' || title === '') return [`No title: ${text}`];
  if (typeof detail !== 'string' || detail.length < 10 || detail === title) return [`No detail: ${text}`];
  if (detail.length > 2000) return [`A detail of ${detail.length} characters: ${text}`];
  if (typeof problemStatus !== 'number' || (status !== undefined && problemStatus !== status))
    return [`Another status: ${text}`];
  if (problemStatus >= 500 && type !== `${ERRORS}LdContextNotAvailable`) return [`The server is at fault: ${text}`];
  return [];
}

function batchFaults(body: string): string[] {
  const result = Object(parsed(body)) as Record<string, unknown>;
  if (Array.isArray(result.notUpdated) && Array.isArray(result.updated)) return [];
  if (!Array.isArray(result.success) || !Array.isArray(result.errors))
    return [`No result of a batch: ${body.slice(0, 300)}`];
  return result.errors.flatMap((entry) => problemFaults(Object(entry).error));
}
