import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { photoPlace } from './photo-place.ts';

/** The start of a JPEG with these degrees, minutes and seconds in the GPS directory of its Exif. */
function jpeg(little: boolean, north: string, east: string): ArrayBuffer {
  const tiff = new DataView(new ArrayBuffer(160));
  const short = (at: number, value: number) => tiff.setUint16(at, value, little);
  const long = (at: number, value: number) => tiff.setUint32(at, value, little);
  const entry = (at: number, tag: number, type: number, count: number) => {
    short(at, tag);
    short(at + 2, type);
    long(at + 4, count);
  };
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  short(2, 42);
  long(4, 8);
  short(8, 1);
  entry(10, 0x8825, 4, 1);
  long(18, 26);
  short(26, 4);
  const parts = [
    [1, north, 92, [49, 28, 12]],
    [3, east, 116, [5, 55, 48]],
  ] as const;
  parts.forEach(([tag, ref, values, degrees], n) => {
    entry(28 + n * 24, tag, 2, 2);
    tiff.setUint8(36 + n * 24, ref.charCodeAt(0));
    entry(40 + n * 24, tag + 1, 5, 3);
    long(48 + n * 24, values);
    degrees.forEach((value, at) => {
      long(values + at * 8, value);
      long(values + at * 8 + 4, 1);
    });
  });
  const head = new DataView(new ArrayBuffer(12));
  head.setUint16(0, 0xffd8);
  head.setUint16(2, 0xffe1);
  head.setUint16(4, tiff.byteLength + 8);
  head.setUint32(6, 0x45786966);
  const file = new Uint8Array(head.byteLength + tiff.byteLength);
  file.set(new Uint8Array(head.buffer), 0);
  file.set(new Uint8Array(tiff.buffer), head.byteLength);
  return file.buffer;
}

describe('photoPlace', () => {
  const table: [little: boolean, north: string, east: string, place: readonly [number, number]][] = [
    [true, 'N', 'E', [5.93, 49.47]],
    [false, 'N', 'E', [5.93, 49.47]],
    [false, 'S', 'W', [-5.93, -49.47]],
  ];
  for (const [little, north, east, [longitude, latitude]] of table) {
    test(`${little ? 'little' : 'big'} endian, ${north} ${east}: ${longitude}, ${latitude}`, () => {
      const [x = 0, y = 0] = photoPlace(jpeg(little, north, east)) ?? [];
      assert.ok(Math.abs(x - longitude) < 1e-9 && Math.abs(y - latitude) < 1e-9, `${x}, ${y}`);
    });
  }

  test('there is none for other formats or a truncated file', () => {
    assert.equal(photoPlace(new Uint8Array([0x89, 0x50, 0x4e, 0x47]).buffer), undefined);
    assert.equal(photoPlace(jpeg(true, 'N', 'E').slice(0, 60)), undefined);
    assert.equal(photoPlace(new ArrayBuffer(0)), undefined);
  });
});
