import type { Run, Source } from '@alzette/iot-agents/contract';
import { sources } from '../../broker/operations.ts';

export const SOURCE_KINDS = [
  'http',
  'upload',
  'gtfs',
  'gbfs',
  'ocpi',
  'talq',
] as const satisfies readonly Source['kind'][];
export type SourceKind = (typeof SOURCE_KINDS)[number];

/**
 * The declaration of a source, without its status. Secrets stay masked; the server keeps them when it gets them back
 * masked.
 */
export function declarationIn({ nextRunAt, running, failures, lastRun, ...declaration }: Source): object {
  return declaration;
}

export function replaceSource(id: string, declaration: object): Promise<void> {
  return sources.save({ params: { id }, body: { ...declaration, id } });
}

/** The last runs, the latest first. */
export async function runsOf(id: string, signal: AbortSignal): Promise<readonly Run[]> {
  return (await sources.runs({ params: { id }, query: { limit: 50 }, signal })).runs;
}

/** The content of a file as base64, to try it before it is sent. */
export async function base64Of(file: Blob): Promise<string> {
  const reader = new FileReader();
  const read = new Promise((resolve, reject) => {
    reader.onload = resolve;
    reader.onerror = () => reject(reader.error);
  });
  reader.readAsDataURL(file);
  await read;
  return String(reader.result).replace(/^[^,]*,/, '');
}
