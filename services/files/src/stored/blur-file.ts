import { createHash } from 'node:crypto';
import { refused } from '@alzette/kit/problems';
import { type Area, blurred } from '../content/blur.ts';
import type { FileParts } from '../parts.ts';
import { type FileRow, findFiles } from './file-rows.ts';
import { putFile } from './put-file.ts';
import { readMaster } from './read-file.ts';

/** Stores a private copy of an image with some areas blurred. @throws Problem 400: there is no such image */
export async function blurFile(parts: FileParts, tenant: string, id: string, areas: readonly Area[]): Promise<FileRow> {
  const [file] = await findFiles(parts.db, tenant, [id]);
  const master = file?.kind === 'image' ? await readMaster(parts, tenant, id) : undefined;
  if (file === undefined || master === undefined) throw refused('photo', id, 'a stored image');
  const copy = await parts.slots.run(() => blurred(master, areas));
  const of = createHash('sha256').update(JSON.stringify(areas)).digest('hex');
  const options = { owner: file.owner, visibility: 'private', key: `blur:${id}:${of}`, name: file.name } as const;
  return (await putFile(parts, tenant, copy, options)).file;
}
