import type { Sharp } from 'sharp';
import type { ImageFormat } from '../contract/contract.ts';
import { loadSharp } from './sharp.ts';
import { unsuitable } from './unsuitable.ts';

export const WIDTHS = [320, 960, 1600] as const;
export type Width = (typeof WIDTHS)[number];

/** The maximum size of a served image. */
export const MAX_BYTES = 300_000;
/** As many as the cameras of phones have. Limits the pixels that a small compressed file may expand to. */
const MAX_PIXELS = 50_000_000;
const LARGEST = 1600;
/** From best to worst; the first that is small enough is used. */
const QUALITIES = { avif: [52, 40, 28], webp: [74, 60, 42], jpeg: [78, 66, 50, 34] } as const;
/** AVIF with the best compression takes ten times as long. */
const AVIF_EFFORT = 2;

interface Master {
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
}

/**
 * The stored form of an image: a JPEG of at most 1600 × 1600 pixels and 300 kB, rotated as its EXIF says, without
 * metadata. Of an animation, the first frame.
 *
 * @throws Problem 400: it can't be decoded, or has too many pixels
 */
export async function masterOf(bytes: Buffer): Promise<Master> {
  const options = { limitInputPixels: MAX_PIXELS, failOn: 'error', sequentialRead: true } as const;
  const sharp = await loadSharp();
  const { width, height, orientation = 1 } = await sharp(bytes, options).metadata().catch(unreadable);
  if (width * height > MAX_PIXELS) {
    throw unsuitable(`${width} × ${height} pixels`, `at most ${MAX_PIXELS / 1_000_000} million`);
  }
  // Rotated afterwards: before, all pixels would have to be in memory.
  const small = sharp(bytes, options)
    .resize({ width: LARGEST, height: LARGEST, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');
  const { data, info } = await small.raw().toBuffer({ resolveWithObject: true }).catch(unreadable);
  const raw = { raw: { width: info.width, height: info.height, channels: info.channels } };
  const encoded = await encode(() => upright(sharp(data, raw), orientation), 'jpeg');
  const [across, down] = orientation >= 5 ? [info.height, info.width] : [info.width, info.height];
  return { bytes: encoded, width: across, height: down };
}

/** Turned and mirrored as an orientation of EXIF says, 1 to 8. */
function upright(picture: Sharp, orientation: number): Sharp {
  const turned = picture.rotate(QUARTERS[orientation] ?? 0);
  return MIRRORED.includes(orientation) ? turned.flop() : turned;
}

/** Degrees clockwise, after mirroring left and right. */
const QUARTERS: { readonly [orientation: number]: number } = { 3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270 };
const MIRRORED: readonly number[] = [2, 4, 5, 7];

/** A smaller size of the stored image, or another format. */
export async function variantOf(master: Buffer, width: Width, format: ImageFormat): Promise<Buffer> {
  const sharp = await loadSharp();
  return encode(() => sharp(master).resize({ width, height: width, fit: 'inside', withoutEnlargement: true }), format);
}

/** sharp writes no metadata unless asked to. */
async function encode(picture: () => Sharp, format: ImageFormat): Promise<Buffer> {
  let encoded = Buffer.alloc(0);
  for (const quality of QUALITIES[format]) {
    encoded = await encodeAt(picture(), format, quality).toBuffer();
    if (encoded.length <= MAX_BYTES) break;
  }
  return encoded;
}

function encodeAt(picture: Sharp, format: ImageFormat, quality: number): Sharp {
  if (format === 'avif') return picture.avif({ quality, effort: AVIF_EFFORT });
  return format === 'webp' ? picture.webp({ quality }) : picture.jpeg({ quality, mozjpeg: true });
}

function unreadable(cause: unknown): never {
  if (/exceeds pixel limit/.test(String(cause))) {
    throw unsuitable('an image with too many pixels', `at most ${MAX_PIXELS / 1_000_000} million`);
  }
  throw unsuitable('an image that can’t be decoded', 'a complete image', 400, cause);
}
