import type { Fault } from '@alzette/procedures/contract';
import { freshDrafts, keptStore } from '../../kept/kept-store.ts';
import type { Written } from '../sending/dossiers.ts';

/** A form that is not finished, on this device only. There is one for each procedure, which is its key. */
export interface ProcedureDraft extends Written {
  readonly key: string;
  readonly changedAt: number;
  /** What the server found wrong, after it was sent. */
  readonly faults?: readonly Fault[];
}

const store = keptStore<ProcedureDraft>('alzette-procedure-drafts', 'drafts');

/** The latest first. Old ones are deleted. */
export const procedureDrafts = (): Promise<ProcedureDraft[]> => freshDrafts(store);
export const procedureDraft = (procedure: string): Promise<ProcedureDraft | undefined> => store.one(procedure);
export const keepProcedureDraft = (draft: ProcedureDraft): Promise<void> => store.keep(draft);
export const dropProcedureDraft = (procedure: string): Promise<void> => store.forget(procedure);
export const dropAllProcedureDrafts = (): Promise<void> => store.clear();
