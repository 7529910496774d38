import { keptStore } from '../../kept/kept-store.ts';
import type { KeptPhoto } from './upload-photo.ts';

/** A report as written on this device. Every attempt to send it has the same key, so the server stores it once. */
export interface OwnReport {
  readonly key: string;
  readonly category: string;
  readonly categoryName: string;
  readonly location: { readonly lat: number; readonly lon: number };
  readonly description?: string;
  /** Id of its asset (a lamp, a container, …). */
  readonly asset?: string;
  /** The number on the asset, if there was no network to look it up. It is looked up before sending. */
  readonly assetCode?: string;
  /** Answers to the category's questions. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly photos: readonly KeptPhoto[];
  readonly language: string;
  /** The random name of this device, for limits that do not keep out others in its network. */
  readonly device?: string;
  readonly writtenAt: number;
  /** The push endpoint for notifications about the report, as configured when it was written. */
  readonly toTell?: { readonly id: string; readonly secret: string };
  /** The server's answer; absent: not sent so far. */
  readonly sent?: { readonly id: string; readonly token: string; readonly promisedAt?: string };
  /** What the last attempt lacked: an answer, or a site that takes it. Browsers often say that there is a network when there is none. */
  readonly waitsFor?: 'network' | 'site';
  /** Why it was refused (`Refusal`). A refused report is not sent again automatically; its text and photos are kept. */
  readonly refusal?: string;
}

const store = keptStore<OwnReport>('alzette-reports', 'own');

/** Stores a report before sending, so that it survives a closed app. */
export const keepReport = (report: OwnReport): Promise<void> => store.keep(report);
export const ownReport = (key: string): Promise<OwnReport | undefined> => store.one(key);
/** Does nothing if the report was deleted in the meantime. */
export const changeReport = (key: string, change: Partial<OwnReport>): Promise<void> => store.change(key, change);
export const forgetReport = (key: string): Promise<void> => store.forget(key);

/** All reports of this device, the latest first. */
export async function ownReports(): Promise<OwnReport[]> {
  return (await store.all()).sort((a, b) => b.writtenAt - a.writtenAt);
}

/** Reports that are neither sent nor refused. */
export async function waitingReports(): Promise<OwnReport[]> {
  return (await ownReports()).filter(({ sent, refusal }) => sent === undefined && refusal === undefined);
}
