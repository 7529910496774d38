import type { FileParts } from '../parts.ts';
import type { FilePort } from '../ports.ts';
import { blurFile } from './blur-file.ts';
import {
  attachFiles,
  claimFiles,
  deleteFiles,
  filesOf,
  findFiles,
  setVisibility,
  shownFile,
  unattachedFiles,
} from './file-rows.ts';
import { signedQuery } from './link.ts';
import { storeNames } from './names.ts';
import { putFile } from './put-file.ts';
import { readMaster, readVariant } from './read-file.ts';

const HOUR_S = 3600;
const UNATTACHED_HOURS = 24;
const SWEPT_AT_ONCE = 200;

export function filePort(parts: FileParts): FilePort {
  const { db, territories, linkKey } = parts;
  const pathOf: FilePort['path'] = (tenant, { id, visibility }, seconds = HOUR_S) => {
    const ofTenant = tenant === '' ? '' : `tenant=${encodeURIComponent(tenant)}`;
    const signed = visibility === 'public' ? '' : signedQuery(linkKey, tenant, id, seconds);
    const query = [ofTenant, signed].filter((part) => part !== '').join('&');
    return `/files/${id}${query === '' ? '' : `?${query}`}`;
  };
  return {
    put: async (tenant, bytes, options) => shownFile((await putFile(parts, tenant, bytes, options)).file),
    find: async (tenant, ids) => (await findFiles(db, tenant, ids)).map(shownFile),
    blur: async (tenant, id, areas) => shownFile(await blurFile(parts, tenant, id, areas)),
    claim: claimFiles,
    attach: (tenant, ids, owner) => attachFiles(db, tenant, ids, owner),
    setVisibility: (tenant, ids, owner, visibility) => setVisibility(db, tenant, ids, owner, visibility),
    remove: async (tenant, ids, owner) => removeFiles(parts, tenant, await filesOf(db, tenant, ids, owner)),
    read: (tenant, id, width) =>
      width === undefined ? readMaster(parts, tenant, id) : readVariant(parts, tenant, id, width, 'jpeg'),
    path: pathOf,
    link: (tenant, file, seconds) => territories.publicUrl(tenant) + pathOf(tenant, file, seconds),
  };
}

/** Deletes files, whoever they belong to, with their bytes. */
export async function removeFiles({ db, store }: FileParts, tenant: string, ids: readonly string[]): Promise<void> {
  // Bytes first: if this fails, the row still shows what is to be deleted.
  for (const id of ids) await store.remove(storeNames(tenant, id));
  await deleteFiles(db, tenant, ids);
}

/** Deletes files that nothing was attached to within a day. @returns how many */
export async function sweepUnattached(parts: FileParts): Promise<number> {
  const swept = await unattachedFiles(parts.db, UNATTACHED_HOURS, SWEPT_AT_ONCE);
  for (const { tenant, id } of swept) await removeFiles(parts, tenant, [id]);
  return swept.length;
}
