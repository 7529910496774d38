import type { PublishingParts } from '../parts.ts';
import type { Item } from './item.ts';

/** The owner of a keeper's picture begins with it; the link follows. */
export const KEEPER = 'keeper:';
const IS_SHOWN = `
  SELECT EXISTS (SELECT FROM publishing.item WHERE tenant = $1 AND document -> 'image' ->> 'file' = $2) AS shown`;

/** Deletes a keeper's picture when no entry shows it any more. Other files may be used elsewhere. */
export async function dropShownPicture(
  { db, images }: Pick<PublishingParts, 'db' | 'images'>,
  tenant: string,
  { document }: Item,
): Promise<void> {
  const file = document.image?.file;
  if (file === undefined || !(await images?.ownerOf(tenant, file))?.startsWith(KEEPER)) return;
  const { rows } = await db.query<{ shown: boolean }>({ text: IS_SHOWN, values: [tenant, file] });
  if (rows[0]?.shown === false) await images?.remove(tenant, file);
}
