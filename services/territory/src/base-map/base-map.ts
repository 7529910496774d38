import { resolve } from 'node:path';
import type { BaseMap } from '../territory-shape.ts';

/** Where the archive is served if it is a file. */
export const PATH = '/territory/base-map';

export function isUrl(archive: string): boolean {
  return /^https?:\/\//.test(archive);
}

/** An archive as `territory.yaml` names it: files from its folder on. */
export function archiveIn(folder: string, archive: string): string {
  return isUrl(archive) ? archive : resolve(folder, archive);
}

/** The base map for the pages: the URL of the archive, on this server for a file. */
export function toldBaseMap({ archive, attribution }: BaseMap): { url: string; attribution?: string } {
  return { url: isUrl(archive) ? archive : PATH, ...(attribution !== undefined && { attribution }) };
}

/** The other server that the pages read the archive from, if any. */
export function originOfBaseMap(baseMap: BaseMap | undefined): string | undefined {
  return baseMap && isUrl(baseMap.archive) ? new URL(baseMap.archive).origin : undefined;
}
