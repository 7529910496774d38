import type { ReportParts } from '../parts.ts';

/**
 * A photo within an answer, for its author: a link to a photo that nobody has moderated would open it for everybody.
 *
 * @param width for a preview; absent: as large as it is kept
 */
export async function inlinePhoto(
  { files }: Pick<ReportParts, 'files'>,
  tenant: string,
  id: string,
  width?: 320,
): Promise<string[]> {
  const bytes = await files.read(tenant, id, width);
  return bytes === undefined ? [] : [`data:image/jpeg;base64,${bytes.toString('base64')}`];
}
