import { followedDossiers, followedReports } from '../citizen/citizen-api.ts';
import { dropAllProcedureDrafts, type ProcedureDraft, procedureDrafts } from '../procedures/drafts/procedure-drafts.ts';
import { type OwnDossier, ownDossiers } from '../procedures/sending/dossiers.ts';
import { eraseDossier } from '../procedures/sending/erase-dossier.ts';
import { type Draft, dropAllDrafts, readDrafts } from '../report/drafts/drafts.ts';
import { eraseReport } from '../report/sending/erase-report.ts';
import { type OwnReport, ownReports } from '../report/sending/outbox.ts';
import { unsubscribeFromPush } from '../settings/push.ts';

/** The prefix of all names under which the app stores data. */
const PREFIX = 'alzette.';
const KEPT_CACHE = 'alzette-kept';
const EXPORT = 'alzette.json';

/** Their names; the contents are those of the reader's own files. */
type WithoutFiles<T> = Omit<T, 'files'> & { readonly files: readonly string[] };

/** All data on this device, and the server's data about its reports. */
export interface OwnData {
  readonly exportedAt: string;
  readonly device: Readonly<Record<string, unknown>>;
  readonly reports: readonly {
    readonly written: Omit<OwnReport, 'photos' | 'toTell'>;
    /** File names in the archive. */
    readonly photos: readonly string[];
    /** The server's answer; absent: it has no data, or the request failed. */
    readonly atServer?: unknown;
  }[];
  readonly dossiers: readonly { readonly written: WithoutFiles<OwnDossier>; readonly atServer?: unknown }[];
  readonly begun: readonly WithoutFiles<ProcedureDraft>[];
  readonly drafts: readonly (Omit<Draft, 'photos'> & { readonly photos: readonly string[] })[];
}

/** @returns the data, and the photos by the file names that the data contain */
export async function collectOwnData(): Promise<{ data: OwnData; photos: ReadonlyMap<string, Blob> }> {
  const photos = new Map<string, Blob>();
  const reports: OwnData['reports'][number][] = [];
  for (const report of await ownReports()) {
    const { photos: own, toTell: _toTell, ...written } = report;
    const names = own.map(({ key, blob }) => addPhoto(photos, key, blob));
    const atServer = report.sent && (await atServerOf(report.sent.token, photos));
    reports.push({ written, photos: names, ...(atServer !== undefined && { atServer }) });
  }
  const drafts = (await readDrafts()).map((draft) => ({
    ...draft,
    photos: draft.photos.map((photo, n) => addPhoto(photos, `draft-${draft.key}-${n + 1}`, photo)),
  }));
  const dossiers = await Promise.all((await ownDossiers()).map(dossierData));
  const begun = (await procedureDrafts()).map(withoutFiles);
  const data = { exportedAt: new Date().toISOString(), device: deviceData(), reports, drafts, dossiers, begun };
  return { data, photos };
}

async function dossierData(dossier: OwnDossier): Promise<OwnData['dossiers'][number]> {
  const { token } = dossier.sent ?? {};
  const atServer =
    token === undefined ? undefined : await followedDossiers.export({ params: { token } }).catch(() => undefined);
  return { written: withoutFiles(dossier), ...(atServer !== undefined && { atServer: atServer.dossier }) };
}

function withoutFiles<T extends OwnDossier | ProcedureDraft>({ files, ...rest }: T): WithoutFiles<T> {
  return { ...rest, files: files.map(({ name }) => name) };
}

/** @returns its name in the archive */
function addPhoto(photos: Map<string, Blob>, key: string, photo: Blob): string {
  const name = `photos/${key}.${photo.type.split('/')[1] ?? 'bin'}`;
  photos.set(name, photo);
  return name;
}

async function atServerOf(token: string, photos: Map<string, Blob>): Promise<unknown> {
  const exported = await followedReports.export({ params: { token } }).catch(() => undefined);
  for (const { report } of exported?.reports ?? []) {
    for (const [n, photo] of report.photos.entries()) photos.set(`photos/${report.id}-${n + 1}.jpeg`, blobOf(photo));
  }
  return exported?.reports;
}

/** @param photo a JPEG as `data:image/jpeg;base64,…` */
function blobOf(photo: string): Blob {
  const text = atob(photo.slice(photo.indexOf(',') + 1));
  return new Blob([Uint8Array.from(text, (character) => character.charCodeAt(0))], { type: 'image/jpeg' });
}

function deviceData(): Record<string, unknown> {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  return Object.fromEntries(names.map((name) => [name.slice(PREFIX.length), parsed(localStorage.getItem(name) ?? '')]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // stored as plain text
  }
}

export async function exportAsJson(): Promise<File> {
  const { data } = await collectOwnData();
  return new File([JSON.stringify(data, null, 2)], EXPORT, { type: 'application/json' });
}

/** The same data with the photos, as a ZIP file. */
export async function exportAsZip(): Promise<File> {
  const [{ zipSync, strToU8 }, { data, photos }] = await Promise.all([import('fflate'), collectOwnData()]);
  const files: Record<string, Uint8Array> = { [EXPORT]: strToU8(JSON.stringify(data, null, 2)) };
  for (const [name, blob] of photos) files[name] = new Uint8Array(await blob.arrayBuffer());
  // Photos are already compressed.
  return new File([zipSync(files, { level: 0 }) as Uint8Array<ArrayBuffer>], 'alzette.zip', {
    type: 'application/zip',
  });
}

/**
 * Erases the data of this device's reports on the server, then all local data.
 *
 * @returns the number of reports that the server could not erase; those stay on the device for another attempt
 */
export async function eraseAll(): Promise<number> {
  await unsubscribeFromPush().catch(() => undefined);
  let left = 0;
  for (const report of await ownReports()) {
    if (!(await eraseReport(report))) left++;
  }
  for (const dossier of await ownDossiers()) {
    if (!(await eraseDossier(dossier))) left++;
  }
  await Promise.all([dropAllDrafts(), dropAllProcedureDrafts()]);
  if ('caches' in globalThis) await caches.delete(KEPT_CACHE);
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  return left;
}
