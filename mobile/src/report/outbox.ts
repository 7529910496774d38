import { createStore, del, entries, get, set, update } from 'idb-keyval';
import { AnswerError, askCitizen, postCitizen } from '../citizen/citizen-api.ts';
import { followTopic } from '../settings/push.ts';
import { solve } from './proof.ts';

/** A report as it was written on this device. It is sent once: its key is the same whenever it is sent. */
export interface OwnReport {
  readonly key: string;
  readonly category: string;
  readonly categoryName: string;
  readonly location: { readonly lat: number; readonly lon: number };
  readonly description?: string;
  readonly photos: readonly { readonly key: string; readonly blob: Blob }[];
  readonly language: string;
  readonly writtenAt: number;
  /** What the server said; absent: not yet sent. */
  readonly sent?: { readonly id: string; readonly token: string; readonly promisedAt?: string };
  /** Why it was refused: it will not be sent again by itself. */
  readonly refusal?: string;
}

const store = createStore('alzette-reports', 'own');

/** Keeps a report before anything is sent, so that it outlives a closed app. */
export async function keepReport(report: OwnReport): Promise<void> {
  await set(report.key, report, store);
}

export async function ownReports(): Promise<OwnReport[]> {
  const all = (await entries<string, OwnReport>(store)).map(([, report]) => report);
  return all.sort((a, b) => b.writtenAt - a.writtenAt);
}

export async function forgetReport(key: string): Promise<void> {
  await del(key, store);
}

/**
 * Sends what waits. In one tab at a time; a key that the server has seen makes no second report, so that a cut between its
 * answer and our keeping it does no harm.
 *
 * @returns how many wait still
 */
export async function sendWaiting(): Promise<number> {
  const work = async () => {
    for (const { key } of await waiting()) await sendOne(key);
    return (await waiting()).length;
  };
  return 'locks' in navigator ? navigator.locks.request('alzette-reports', work) : work();
}

async function waiting(): Promise<OwnReport[]> {
  return (await ownReports()).filter(({ sent, refusal }) => sent === undefined && refusal === undefined);
}

async function sendOne(key: string): Promise<void> {
  const report = await get<OwnReport>(key, store);
  if (report === undefined || report.sent !== undefined) return;
  try {
    const sent = await send(report);
    await update<OwnReport>(key, (before) => ({ ...(before ?? report), photos: [], sent }), store);
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(sent.token));
    await followTopic(`report:${base64url(new Uint8Array(digest))}`).catch(() => undefined); // it can be looked up, too
  } catch (cause) {
    // What is busy or unreachable is tried again; what is wrong never goes through.
    if (!(cause instanceof AnswerError) || cause.status === 429 || cause.status >= 500) return;
    await update<OwnReport>(key, (before) => ({ ...(before ?? report), refusal: cause.message }), store);
  }
}

async function send(report: OwnReport): Promise<NonNullable<OwnReport['sent']>> {
  const { key, category, location, description, language, photos } = report;
  const ids: string[] = [];
  for (const { key: photoKey, blob } of photos) {
    const { id } = await askCitizen<{ id: string }>('/reports/photos', {
      method: 'POST',
      headers: { 'content-type': blob.type || 'application/octet-stream', 'idempotency-key': photoKey },
      body: blob,
    });
    ids.push(id);
  }
  const proof = await solve(await askCitizen('/reports/challenge'));
  const body = {
    category,
    location,
    ...(description !== undefined && { description }),
    ...(ids.length > 0 && { photos: ids }),
    language,
    proof,
  };
  return postCitizen('/reports', body, { 'idempotency-key': key });
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
