import type { FileParts } from '../parts.ts';
import type { FilePort } from '../ports.ts';
import { blurFile } from './blur-file.ts';
import { attachFiles, deleteFiles, findFiles, setVisibility, shownFile, unattachedFiles } from './file-rows.ts';
import { signedQuery } from './link.ts';
import { storeNames } from './names.ts';
import { putFile } from './put-file.ts';

const HOUR_S = 3600;
const UNATTACHED_HOURS = 24;
const SWEPT_AT_ONCE = 200;

export function filePort(parts: FileParts): FilePort {
  const { db, store, publicUrl, linkKey } = parts;
  return {
    put: async (tenant, bytes, options) => shownFile((await putFile(parts, tenant, bytes, options)).file),
    find: async (tenant, ids) => (await findFiles(db, tenant, ids)).map(shownFile),
    blur: async (tenant, id, areas) => shownFile(await blurFile(parts, tenant, id, areas)),
    attach: (tenant, ids) => attachFiles(db, tenant, ids),
    setVisibility: (tenant, ids, visibility) => setVisibility(db, tenant, ids, visibility),
    async remove(tenant, ids) {
      // Bytes first: if this fails, the row still shows what is to be deleted.
      for (const id of ids) await store.remove(storeNames(tenant, id));
      await deleteFiles(db, tenant, ids);
    },
    link(tenant, { id, visibility }, seconds = HOUR_S) {
      const ofTenant = tenant === '' ? '' : `tenant=${encodeURIComponent(tenant)}`;
      const signed = visibility === 'public' ? '' : signedQuery(linkKey, tenant, id, seconds);
      const query = [ofTenant, signed].filter((part) => part !== '').join('&');
      return `${publicUrl}/files/${id}${query === '' ? '' : `?${query}`}`;
    },
  };
}

/** Deletes files that nothing was attached to within a day. @returns how many */
export async function sweepUnattached(parts: FileParts, port: FilePort): Promise<number> {
  const swept = await unattachedFiles(parts.db, UNATTACHED_HOURS, SWEPT_AT_ONCE);
  for (const { tenant, id } of swept) await port.remove(tenant, [id]);
  return swept.length;
}
