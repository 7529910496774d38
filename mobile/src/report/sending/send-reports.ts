import { AnswerError, askCitizen, postCitizen } from '../../citizen/citizen-api.ts';
import { changeReport, type OwnReport, ownReport, waitingReports } from './outbox.ts';
import { solve } from './proof.ts';

/**
 * Sends what waits. It runs in pages and in the service worker, in one of them at a time; a key that the server has seen
 * makes no second report, so that a cut between its answer and our keeping it does no harm.
 *
 * @returns how many wait still
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
    if (report.toTell) await follow(report.toTell, sent.token).catch(() => undefined); // it can be looked up, too
  } catch (cause) {
    // What is busy or unreachable is tried again; what is wrong never goes through.
    if (!(cause instanceof AnswerError) || cause.status === 429 || cause.status >= 500) return;
    await changeReport(key, { refusal: cause.message });
  }
}

/** What it is about, where only its number was known. It is kept before it is sent, so that the same goes again. */
async function withAsset(report: OwnReport): Promise<OwnReport> {
  const { key, asset, assetCode, category, description } = report;
  if (!assetCode || asset !== undefined) return report;
  const query = new URLSearchParams({ code: assetCode, category });
  const { assets } = await askCitizen<{ assets: { id: string; location: OwnReport['location'] }[] }>(
    `/reports/assets?${query}`,
  );
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
  const { key, category, location, description, asset, answers, language, photos } = report;
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
    ...(asset !== undefined && { asset }),
    ...(answers !== undefined && { attributes: answers }),
    ...(ids.length > 0 && { photos: ids }),
    language,
    proof,
  };
  return postCitizen('/reports', body, { 'idempotency-key': key });
}

/** Lets the device be told of what becomes of the report. */
async function follow(device: NonNullable<OwnReport['toTell']>, token: string): Promise<void> {
  const headers = { authorization: `Device ${device.secret}` };
  await postCitizen(`/push/endpoints/${device.id}/topics`, { add: [await topicOf(token)] }, headers);
}

/** The topic of a report, which says nothing of its secret link. */
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
