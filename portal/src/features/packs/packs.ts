import type { IndexedPack, InstalledPackShown, PackContract, PackSummary } from '@alzette/packs/contract';
import { PACKS } from '@alzette/packs/paths';
import { clientOf } from '@alzette/web/asking';

export const packs = clientOf<PackContract>(PACKS);

/** A pack on the page: installed, to be installed, or both. */
export interface PackRow {
  readonly id: string;
  readonly installed?: InstalledPackShown;
  readonly offered?: PackSummary;
  /** In an index of the site, newer than what is offered here; it is fetched before it is installed. */
  readonly indexed?: IndexedPack;
  /** Names of other collectivities that use it and tell it. */
  readonly usedBy?: readonly string[];
}

interface Sources {
  readonly installed: readonly InstalledPackShown[];
  readonly offered: readonly PackSummary[];
  /** Those that the reader has uploaded or fetched on this page; each takes the place of one of the same id. */
  readonly here: readonly PackSummary[];
  readonly indexed: readonly IndexedPack[];
  readonly usedBy: readonly { readonly id: string; readonly usedBy: readonly string[] }[];
}

export function packRows({ installed, offered, here, indexed, usedBy }: Sources): PackRow[] {
  const rows = new Map<string, PackRow>();
  const add = (row: PackRow) => rows.set(row.id, { ...rows.get(row.id), ...row });
  for (const pack of installed) add({ id: pack.id, installed: pack });
  for (const pack of [...offered, ...here]) add({ id: pack.id, offered: pack });
  for (const pack of indexed) {
    const { offered: own, installed: known, indexed: other } = rows.get(pack.id) ?? {};
    const isKnown = [own?.digest, known?.digest].includes(pack.digest) || own?.version === pack.version;
    if (!isKnown && other === undefined) add({ id: pack.id, indexed: pack });
  }
  for (const { id, usedBy: names } of usedBy) if (rows.has(id)) add({ id, usedBy: names });
  return [...rows.values()];
}

/** What all versions of a row tell. */
export function toldOf({ installed, offered, indexed }: PackRow) {
  return indexed ?? offered ?? installed;
}

/** What an installation would begin with. */
export function offerOf({ offered, indexed }: PackRow): PackSummary | IndexedPack | undefined {
  return indexed ?? offered;
}

/** Whether there is something to install: another content than the installed one. */
export function isOffered(row: PackRow): boolean {
  const offer = offerOf(row);
  return offer !== undefined && offer.digest !== row.installed?.digest;
}

/** Of an index, trust is known when it is fetched. */
export function trustOf({ installed, offered, indexed }: PackRow) {
  return indexed === undefined ? (offered ?? installed)?.trust : 'indexed';
}
