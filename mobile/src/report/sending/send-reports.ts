import type { GivenReport } from '@alzette/reports/contract';
import { AnswerError } from '@alzette/web/asking';
import { callOf, citizenReports, devices } from '../../citizen/citizen-api.ts';
import { refusalOf } from '../../citizen/refusal.ts';
import { changeReport, type OwnReport, ownReport, waitingReports } from './outbox.ts';
import { solve } from './proof.ts';
import { uploadPhotos } from './upload-photo.ts';

/**
 * Sends all waiting reports. Pages and the service worker use it, one at a time. The server accepts each key once, so a
 * retry after a lost answer creates no duplicate.
 *
 * @returns the number of reports that are still waiting
 */
export async function sendWaiting(): Promise<number> {
  const work = async () => {
    for (const { key } of await waitingReports()) await sendOne(key);
    return (await waitingReports()).length;
  };
  return 'locks' in navigator ? navigator.locks.request('alzette-reports', work) : work();
}

async function sendOne(key: string): Promise<void> {
  const report = await ownReport(key);
  if (report === undefined || report.sent !== undefined) return;
  try {
    const known = await withAsset(report);
    const sent = await send(known);
    await changeReport(key, { photos: [], sent });
    if (report.toTell) await follow(report.toTell, sent.token).catch(() => undefined); // optional: the app shows it too
  } catch (cause) {
    // A busy or unreachable server: try again later. An invalid report: never.
    if (!(cause instanceof AnswerError)) await changeReport(key, { waitsFor: 'network' });
    else if (cause.status === 429 || cause.status >= 500) await changeReport(key, { waitsFor: 'site' });
    else await changeReport(key, { refusal: refusalOf(cause) });
  }
}

/** Looks up the asset by its number. The result is stored before sending, so that a retry sends the same report. */
async function withAsset(report: OwnReport): Promise<OwnReport> {
  const { key, asset, assetCode, category, description } = report;
  if (!assetCode || asset !== undefined) return report;
  const { assets } = await citizenReports.assets({ query: { code: assetCode, category } });
  const [only] = assets;
  const change: Partial<OwnReport> =
    only !== undefined && assets.length === 1
      ? { asset: only.id, location: only.location }
      : { description: [description, assetCode].filter(Boolean).join('\n') };
  const known = { ...report, ...change };
  await changeReport(key, { ...change, assetCode: '' });
  return known;
}

async function send(report: OwnReport): Promise<NonNullable<OwnReport['sent']>> {
  const { key, category, location, description, asset, answers, language, device, photos } = report;
  const tokens = await uploadPhotos(photos);
  const proof = await solve(await citizenReports.challenge());
  const body = {
    category,
    location,
    ...(description !== undefined && { description }),
    ...(asset !== undefined && { asset }),
    ...(answers !== undefined && { attributes: answers }),
    ...(tokens.length > 0 && { photos: tokens }),
    language: language as NonNullable<GivenReport['language']>, // one of the app's
    ...(device !== undefined && { device }),
    proof,
  };
  return citizenReports.add({ body, headers: { 'idempotency-key': key } });
}

/** Subscribes the device to notifications about the report. */
async function follow(device: NonNullable<OwnReport['toTell']>, token: string): Promise<void> {
  await devices.changeTopics({ ...callOf(device), body: { add: [await topicOf(token)] } });
}

/** The topic of a report; it does not reveal the secret link. */
export async function topicOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  return `report:${base64url(new Uint8Array(digest))}`;
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
