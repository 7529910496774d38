import type { KeptPhoto } from './sending/upload-photo.ts';

const LONGEST_SIDE = 1600;
const QUALITY = 0.82;

/**
 * Prepares a photo for sending: at most 1600 pixels, and re-encoded, so that the position and other metadata never
 * leave the device. If the browser can't decode it, the server does both.
 */
export async function preparePhoto(file: Blob): Promise<Blob> {
  try {
    const image = await createImageBitmap(file); // decoded with the orientation of the photo
    const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
    return drawn ?? file;
  } catch (cause) {
    console.warn('The photo is sent as it is', cause);
    return file;
  }
}

/** One after the other: a large photo takes much of a phone's memory. */
export async function preparedPhotos(photos: readonly Blob[]): Promise<KeptPhoto[]> {
  const prepared: KeptPhoto[] = [];
  for (const photo of photos) prepared.push({ key: crypto.randomUUID(), blob: await preparePhoto(photo) });
  return prepared;
}
