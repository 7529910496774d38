import type { Position } from '../territory/distance.ts';

const JPEG = 0xffd8;
const APP1 = 0xffe1;
const START_OF_SCAN = 0xffda;
const GPS_DIRECTORY = 0x8825;
const GPS = { latitudeRef: 1, latitude: 2, longitudeRef: 3, longitude: 4 };

/**
 * The place of a photo from its Exif. The device reads it itself, so that an older photo gets the right place.
 *
 * @returns undefined: it has no place, or is not a JPEG
 */
export function photoPlace(bytes: ArrayBuffer): Position | undefined {
  try {
    const exif = findExif(new DataView(bytes));
    return exif && readGps(exif);
  } catch (cause) {
    if (cause instanceof RangeError) return undefined; // the data end too early
    throw cause;
  }
}

/** The first place among these photos. */
export async function placeOfPhotos(photos: readonly Blob[]): Promise<Position | undefined> {
  for (const photo of photos) {
    const place = photoPlace(await photo.arrayBuffer());
    if (place !== undefined) return place;
  }
  return undefined;
}

function findExif(file: DataView): DataView | undefined {
  if (file.getUint16(0) !== JPEG) return undefined;
  for (let at = 2; at + 4 < file.byteLength; ) {
    const marker = file.getUint16(at);
    const length = file.getUint16(at + 2);
    if (marker === START_OF_SCAN) return undefined;
    const isExif = marker === APP1 && file.getUint32(at + 4) === 0x45786966;
    if (isExif) return new DataView(file.buffer, file.byteOffset + at + 10, length - 8);
    at += 2 + length;
  }
  return undefined;
}

function readGps(tiff: DataView): Position | undefined {
  const little = tiff.getUint16(0) === 0x4949;
  const short = (at: number) => tiff.getUint16(at, little);
  const long = (at: number) => tiff.getUint32(at, little);
  const entries = (directory: number) => {
    const found = new Map<number, number>();
    for (let n = 0; n < short(directory); n++) found.set(short(directory + 2 + n * 12), directory + 2 + n * 12);
    return found;
  };
  const pointer = entries(long(4)).get(GPS_DIRECTORY);
  if (pointer === undefined) return undefined;
  const gps = entries(long(pointer + 8));
  const degrees = (tag: number, refTag: number, negative: string) => {
    const [entry, ref] = [gps.get(tag), gps.get(refTag)];
    if (entry === undefined || ref === undefined) return Number.NaN;
    const at = long(entry + 8);
    const parts = [0, 8, 16].map((offset) => long(at + offset) / long(at + offset + 4));
    const value = (parts[0] ?? 0) + (parts[1] ?? 0) / 60 + (parts[2] ?? 0) / 3600;
    return String.fromCharCode(tiff.getUint8(ref + 8)) === negative ? -value : value;
  };
  const longitude = degrees(GPS.longitude, GPS.longitudeRef, 'W');
  const latitude = degrees(GPS.latitude, GPS.latitudeRef, 'S');
  const isPlace = Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 && (longitude !== 0 || latitude !== 0);
  return isPlace ? [longitude, latitude] : undefined;
}
