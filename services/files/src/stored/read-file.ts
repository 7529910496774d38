import { variantOf, type Width } from '../content/image.ts';
import type { ImageFormat } from '../contract/contract.ts';
import type { FileParts } from '../parts.ts';
import { MASTER, storeName } from './names.ts';

/** A PDF, or the JPEG form of an image. Undefined: it was deleted. */
export function readMaster({ store }: FileParts, tenant: string, id: string): Promise<Buffer | undefined> {
  return store.read(storeName(tenant, id, MASTER));
}

/** An image in one size and format, made on the first request and stored. Undefined: it was deleted. */
export async function readVariant(
  parts: FileParts,
  tenant: string,
  id: string,
  width: Width,
  format: ImageFormat,
): Promise<Buffer | undefined> {
  const name = storeName(tenant, id, `${width}.${format}`);
  const kept = await parts.store.read(name);
  if (kept !== undefined) return kept;
  return parts.slots.run(async () => {
    const master = await readMaster(parts, tenant, id);
    if (master === undefined) return undefined;
    const variant = await variantOf(master, width, format);
    await parts.store.write(name, variant, `image/${format}`);
    return variant;
  });
}
