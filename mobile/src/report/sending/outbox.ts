import { createStore, del, entries, get, set, update } from 'idb-keyval';

/** A report as it was written on this device. It is sent once: its key is the same whenever it is sent. */
export interface OwnReport {
  readonly key: string;
  readonly category: string;
  readonly categoryName: string;
  readonly location: { readonly lat: number; readonly lon: number };
  readonly description?: string;
  /** Id of the lamp, container or the like that it is about. */
  readonly asset?: string;
  /** What is written on it, where no server could be asked which one that is; looked up before it is sent. */
  readonly assetCode?: string;
  /** Answers to the questions of the category. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly photos: readonly { readonly key: string; readonly blob: Blob }[];
  readonly language: string;
  readonly writtenAt: number;
  /** Where to tell this device of what becomes of it, as it was when the report was written. */
  readonly toTell?: { readonly id: string; readonly secret: string };
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

/** All of this device, the latest first. */
export async function ownReports(): Promise<OwnReport[]> {
  const all = (await entries<string, OwnReport>(store)).map(([, report]) => report);
  return all.sort((a, b) => b.writtenAt - a.writtenAt);
}

export function ownReport(key: string): Promise<OwnReport | undefined> {
  return get<OwnReport>(key, store);
}

/** Those that are neither sent nor refused. */
export async function waitingReports(): Promise<OwnReport[]> {
  return (await ownReports()).filter(({ sent, refusal }) => sent === undefined && refusal === undefined);
}

/** Does nothing to a report that was forgotten meanwhile. */
export async function changeReport(key: string, change: Partial<OwnReport>): Promise<void> {
  if ((await get<OwnReport>(key, store)) === undefined) return;
  await update<OwnReport>(key, (before) => ({ ...(before as OwnReport), ...change }), store); // it is there
}

export async function forgetReport(key: string): Promise<void> {
  await del(key, store);
}
