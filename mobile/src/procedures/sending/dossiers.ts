import type { Applicant, Fault, Sent, Slot, Texts } from '@alzette/procedures/contract';
import { keptStore } from '../../kept/kept-store.ts';

/** A file that is to be sent. Answers name it by `token`, which becomes that of the server. */
export interface KeptFile {
  readonly token: string;
  readonly name: string;
  readonly blob: Blob;
}

/** What somebody has written in the form of a procedure. */
export interface Written {
  readonly procedure: string;
  /** Of the form. */
  readonly version: number;
  readonly title: Texts;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly applicant: Readonly<Partial<Applicant>>;
  readonly files: readonly KeptFile[];
}

/** A request as written on this device. Every attempt to send it has the same key, so the server stores it once. */
export interface OwnDossier extends Written {
  readonly key: string;
  readonly language: string;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  /** Onto the waiting list, if the time is full. */
  readonly waits?: boolean;
  /** Written while signed in: it is sent with the account, which the service worker does not have. */
  readonly isOfAccount?: boolean;
  /** The id of the company for which it is sent. */
  readonly company?: string | undefined;
  /** The server's answer; absent: not sent so far. */
  readonly sent?: Pick<Sent, 'id' | 'token'> & Partial<Pick<Sent, 'receipt'>>;
  /** What the last attempt lacked: an answer, or a site that takes it. */
  readonly waitsFor?: 'network' | 'site';
  /** Why it was refused. It is not sent again by itself; what was written is kept. */
  readonly refusal?: {
    readonly status: number;
    readonly faults?: readonly Fault[];
    /** The next time with enough places, if the chosen one is full. */
    readonly next?: Slot;
  };
}

const store = keptStore<OwnDossier>('alzette-dossiers', 'own');

export const keepDossier = (dossier: OwnDossier): Promise<void> => store.keep(dossier);
export const ownDossier = (key: string): Promise<OwnDossier | undefined> => store.one(key);
export const changeDossier = (key: string, change: Partial<OwnDossier>): Promise<void> => store.change(key, change);
export const forgetDossier = (key: string): Promise<void> => store.forget(key);

/** All requests of this device, the latest first. */
export async function ownDossiers(): Promise<OwnDossier[]> {
  return (await store.all()).sort((a, b) => b.writtenAt - a.writtenAt);
}

/** Whether a request waits to be sent: it is neither sent nor refused. */
export const isUnsent = ({ sent, refusal }: OwnDossier): boolean => sent === undefined && refusal === undefined;

export async function waitingDossiers(): Promise<OwnDossier[]> {
  return (await ownDossiers()).filter(isUnsent);
}
