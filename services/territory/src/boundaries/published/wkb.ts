import type { PublishedBoundary } from '../communes-in-boundaries.ts';
import { FileFault } from './file-fault.ts';

type Geometry = NonNullable<PublishedBoundary['geometry']>;

const POLYGON = 3;
const MULTIPOLYGON = 6;

/** A Polygon or MultiPolygon in well-known binary (ISO or EWKB); heights and measures are left out. @throws FileFault */
export function readWkb(bytes: Uint8Array): Geometry {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let isLittle = true;

  const uint32 = () => {
    const value = view.getUint32(at, isLittle);
    at += 4;
    return value;
  };
  /** A count can't be larger than the bytes that are left. */
  const count = (bytesOfEach: number) => {
    const value = uint32();
    if (value * bytesOfEach > view.byteLength - at) throw new FileFault('a geometry is cut off');
    return value;
  };
  const head = () => {
    isLittle = view.getUint8(at) === 1;
    at += 1;
    const given = uint32();
    if (given & 0x20000000) at += 4; // EWKB: the SRID
    const kind = given & 0xfff;
    const further = (given & 0x80000000 ? 1 : 0) + (given & 0x40000000 ? 1 : 0);
    const iso = Math.floor(kind / 1000);
    return { type: kind % 1000, size: 2 + further + (iso === 3 ? 2 : iso > 0 ? 1 : 0) };
  };
  const polygon = (size: number) =>
    Array.from({ length: count(4) }, () =>
      Array.from({ length: count(size * 8) }, () => {
        const position = [view.getFloat64(at, isLittle), view.getFloat64(at + 8, isLittle)];
        at += size * 8;
        return position;
      }),
    );

  try {
    const { type, size } = head();
    if (type === POLYGON) return { type: 'Polygon', coordinates: polygon(size) };
    if (type !== MULTIPOLYGON) throw new FileFault(`a geometry of kind ${type}: expected polygons`);
    const coordinates = Array.from({ length: count(9) }, () => polygon(head().size));
    return { type: 'MultiPolygon', coordinates };
  } catch (cause) {
    if (cause instanceof RangeError) throw new FileFault('a geometry is cut off');
    throw cause;
  }
}
