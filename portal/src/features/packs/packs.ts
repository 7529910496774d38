import type { InstalledPackShown, PackContract, PackSummary } from '@alzette/packs/contract';
import { PACKS } from '@alzette/packs/paths';
import { clientOf } from '@alzette/web/asking';

export const packs = clientOf<PackContract>(PACKS);

/** A pack on the page: installed, to be installed, or both. */
export interface PackRow {
  readonly id: string;
  readonly installed?: InstalledPackShown;
  readonly offered?: PackSummary;
}

/** @param uploaded those that the reader has uploaded on this page; each takes the place of one of the same id */
export function packRows(
  installed: readonly InstalledPackShown[],
  offered: readonly PackSummary[],
  uploaded: readonly PackSummary[],
): PackRow[] {
  const rows = new Map<string, PackRow>();
  for (const pack of installed) rows.set(pack.id, { id: pack.id, installed: pack });
  for (const pack of [...offered, ...uploaded]) rows.set(pack.id, { ...rows.get(pack.id), id: pack.id, offered: pack });
  return [...rows.values()];
}

/** What both versions of a row tell. */
export function toldOf({ installed, offered }: PackRow) {
  return offered ?? installed;
}

/** Whether there is something to install: another content than the installed one. */
export function isOffered({ installed, offered }: PackRow): boolean {
  return offered !== undefined && offered.digest !== installed?.digest;
}
