import { ask } from '@alzette/web/asking';

/** `/iot/sources`: sources that are read on a schedule. */

export const SOURCE_KINDS = ['http', 'upload', 'gtfs', 'talq'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

export interface ItemProblem {
  readonly line?: number;
  readonly item?: number;
  readonly file?: string;
  readonly field?: string;
  readonly message: string;
  readonly refused: boolean;
}

export interface Run {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly outcome: 'ok' | 'unchanged' | 'failed';
  readonly rows: number;
  readonly taken: number;
  readonly known: number;
  readonly refused: number;
  readonly problems: readonly ItemProblem[];
  readonly message?: string;
}

export interface Source {
  readonly id: string;
  readonly name: string;
  readonly kind: SourceKind | 'sftp' | 'departures';
  readonly enabled?: boolean;
  readonly schedule?: { readonly everyS: number } | { readonly cron: string; readonly timeZone?: string };
  readonly nextRunAt: string | null;
  readonly running: boolean;
  readonly failures: number;
  readonly lastRun: Run | null;
  readonly from?: { readonly url?: string; readonly host?: string };
  readonly items?: string;
  readonly entities?: readonly {
    readonly type: string;
    readonly attributes?: readonly { readonly name: string; readonly value: string }[];
  }[];
}

export interface Preview {
  readonly rows: number;
  readonly refused: number;
  readonly problems: readonly ItemProblem[];
  readonly items: readonly {
    readonly data: unknown;
    readonly entities: readonly { readonly id: string; readonly type: string }[];
  }[];
}

export async function listSources(): Promise<readonly Source[]> {
  const { sources } = await ask<{ sources: Source[] }>('GET', '/iot/sources?limit=100');
  return sources;
}

export const runSource = (id: string): Promise<Run> => ask('POST', `/iot/sources/${encodeURIComponent(id)}/run`);
export const deleteSource = (id: string): Promise<void> => ask('DELETE', `/iot/sources/${encodeURIComponent(id)}`);

/**
 * The declaration of a source, without its status. Secrets stay masked; the server keeps them when it gets them back
 * masked.
 */
export function declarationIn({ nextRunAt, running, failures, lastRun, ...declaration }: Source): object {
  return declaration;
}

export function replaceSource(id: string, declaration: object): Promise<void> {
  return ask('PUT', `/iot/sources/${encodeURIComponent(id)}`, { ...declaration, id });
}

/** The last runs, the latest first. */
export async function runsOf(id: string, signal: AbortSignal): Promise<readonly Run[]> {
  const path = `/iot/sources/${encodeURIComponent(id)}/runs?limit=50`;
  return (await ask<{ runs: Run[] }>('GET', path, undefined, signal)).runs;
}

export const createSource = (declaration: object): Promise<Source> => ask('POST', '/iot/sources', declaration);
export const previewSource = (declaration: object): Promise<Preview> =>
  ask('POST', '/iot/sources/preview', declaration);

/** Uploads a file to a source that expects files. */
export async function sendFile(id: string, file: File): Promise<Run> {
  return ask('POST', `/iot/sources/${encodeURIComponent(id)}/files`, file);
}
