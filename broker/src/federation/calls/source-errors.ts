import { NgsiLdError } from '../../model/errors.ts';
import { isJsonObject } from '../../model/values.ts';
import type { Registration } from '../registrations/registration.ts';
import { sourceName } from './federation.ts';
import type { SourceReply } from './source-call.ts';

/** The error of a write that failed at a source (6.3.17); undefined: it succeeded, or partly as 207 says. */
export function sourceError(
  registration: Registration,
  reply: SourceReply,
  isCreation: boolean,
): NgsiLdError | undefined {
  const source = sourceName(registration);
  if (reply.kind === 'silence') return new NgsiLdError('SourceSilent', `${source}: ${reply.reason}`);
  const { status } = reply;
  if (status >= 200 && status < 300) return undefined;
  const detail = `${source}: it answered with status ${status}${detailOf(reply.body)}`;
  if (status === 508) return new NgsiLdError('LoopDetected', detail);
  if (status === 504) return new NgsiLdError('SourceSilent', detail);
  if (status === 404) return new NgsiLdError('ResourceNotFound', detail);
  if (status === 409) return new NgsiLdError(isCreation ? 'AlreadyExists' : 'Conflict', detail);
  return new NgsiLdError('SourceFailed', detail);
}

function detailOf(body: unknown): string {
  if (!isJsonObject(body)) return '';
  const text = body.detail ?? body.title;
  return typeof text === 'string' && text !== '' ? `, ${text}` : '';
}

/** The error for a proxied source that is not registered for the operation (5.6.1.4 and others). */
export function unsupported(registration: Registration, operation: string): NgsiLdError {
  return new NgsiLdError(
    'Conflict',
    `${sourceName(registration)}: it exclusively holds the requested data, but is not registered for ${operation}`,
  );
}
