import type { DeviceContract, KeptEntryContract, PollContract } from '@alzette/publishing/contract';
import { DEVICES, KEPT_ENTRIES, POLLS } from '@alzette/publishing/paths';
import { clientOf, readAnswer } from '@alzette/web/asking';

/** What the app asks without the answers that it keeps, which `useCitizen` asks for by their paths. */
export const devices = clientOf<DeviceContract>(DEVICES);
export const polls = clientOf<PollContract>(POLLS);
export const keptEntries = clientOf<KeptEntryContract>(KEPT_ENTRIES);

/**
 * Requests `/citizen/v1` without the browser's cache; the ETag avoids unnecessary transfers.
 *
 * @throws AnswerError; TypeError: no network
 */
export async function askCitizen<T>(path: string, init: RequestInit = {}): Promise<T> {
  return readAnswer<T>(await fetch(`/citizen/v1${path}`, { cache: 'no-cache', ...init }));
}

/** Posts JSON. */
export function postCitizen<T>(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<T> {
  return askCitizen<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}
