import type { OverlayOptions } from 'sharp';
import { loadSharp } from './sharp.ts';

/** A rectangle of an image, as shares of its width and height from the upper left corner, 0 to 1. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The number of squares across the longer side of an area. With so few, a face or a number plate can't be recognised.
 */
const SQUARES = 6;

/** The image as PNG, with its areas reduced to a few squares of colour, which can't be reversed. */
export async function blurred(image: Buffer, areas: readonly Area[]): Promise<Buffer> {
  const sharp = await loadSharp();
  const { width, height } = await sharp(image).metadata();
  const overlays = await Promise.all(areas.map((area) => mosaicOf(image, area, width, height)));
  return sharp(image).composite(overlays).png().toBuffer();
}

async function mosaicOf(image: Buffer, area: Area, width: number, height: number): Promise<OverlayOptions> {
  const sharp = await loadSharp();
  const left = Math.min(Math.floor(area.x * width), width - 1);
  const top = Math.min(Math.floor(area.y * height), height - 1);
  const across = Math.max(1, Math.min(Math.ceil(area.width * width), width - left));
  const down = Math.max(1, Math.min(Math.ceil(area.height * height), height - top));
  const square = Math.max(across, down) / SQUARES;
  const few = await sharp(image)
    .extract({ left, top, width: across, height: down })
    .resize(Math.max(1, Math.round(across / square)), Math.max(1, Math.round(down / square)), { fit: 'fill' })
    .png()
    .toBuffer();
  const input = await sharp(few).resize(across, down, { fit: 'fill', kernel: 'nearest' }).png().toBuffer();
  return { input, left, top };
}
