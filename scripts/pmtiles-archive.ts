/*
 * Writes small PMTiles archives (version 3) for tests: one directory, uncompressed. Vector tiles (Mapbox Vector Tile 2.1) are
 * encoded here, so that no other program is needed.
 */
import { crc32, deflateSync } from 'node:zlib';

interface ArchiveTile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
  readonly data: Buffer;
}

interface Archive {
  readonly tiles: readonly ArchiveTile[];
  readonly type: 'mvt' | 'png';
  readonly attribution?: string;
}

const HEADER_BYTES = 127;
const TYPES = { mvt: 1, png: 2 } as const;
const WHOLE_WORLD = [-180, -85, 180, 85] as const;

/** The bytes of an archive. */
export function writeArchive({ tiles, type, attribution }: Archive): Buffer {
  const sorted = tiles.map((tile) => ({ id: tileId(tile), data: tile.data })).toSorted((a, b) => a.id - b.id);
  const directory = directoryOf(sorted);
  const metadata = Buffer.from(JSON.stringify({ attribution }));
  const data = Buffer.concat(sorted.map((tile) => tile.data));
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('PMTiles');
  header[7] = 3;
  const metadataAt = HEADER_BYTES + directory.length;
  const dataAt = metadataAt + metadata.length;
  const places = [HEADER_BYTES, directory.length, metadataAt, metadata.length, dataAt, 0, dataAt, data.length];
  for (const [i, place] of [...places, tiles.length, tiles.length, tiles.length].entries()) {
    header.writeBigUInt64LE(BigInt(place), 8 + 8 * i);
  }
  const zooms = tiles.map(({ z }) => z);
  header.set([1, 1, 1, TYPES[type], Math.min(...zooms), Math.max(...zooms)], 96);
  for (const [i, degrees] of WHOLE_WORLD.entries()) header.writeInt32LE(degrees * 1e7, 102 + 4 * i);
  return Buffer.concat([header, directory, metadata, data]);
}

/** The directory: ids (as differences), run lengths, lengths and offsets, each as a column of varints. */
function directoryOf(tiles: readonly { readonly id: number; readonly data: Buffer }[]): Buffer {
  return Buffer.concat([
    varint(tiles.length),
    ...tiles.map(({ id }, i) => varint(id - (tiles[i - 1]?.id ?? 0))),
    ...tiles.map(() => varint(1)),
    ...tiles.map(({ data }) => varint(data.length)),
    ...tiles.map((_, i) => varint(i === 0 ? 1 : 0)), // 0: right behind the one before
  ]);
}

/** The id of a tile: its position on the Hilbert curve of its zoom level, after all tiles of lower zoom levels. */
function tileId({ z, x, y }: ArchiveTile): number {
  let id = (4 ** z - 1) / 3;
  let [column, row] = [x, y];
  for (let side = 2 ** z / 2; side >= 1; side /= 2) {
    const [right, low] = [(column & side) > 0 ? 1 : 0, (row & side) > 0 ? 1 : 0];
    id += side * side * ((3 * right) ^ low);
    if (low === 0) {
      if (right === 1) [column, row] = [side - 1 - column, side - 1 - row];
      [column, row] = [row, column];
    }
  }
  return id;
}

const EXTENT = 4096;

interface TileLayer {
  readonly name: string;
  /** The properties of its only feature. */
  readonly properties: Readonly<Record<string, string>>;
  /** A ring of points, or a line of them, from 0 to 4096. */
  readonly type: 'Polygon' | 'LineString';
  readonly points: readonly (readonly [number, number])[];
}

/** A vector tile. */
export function vectorTile(layers: readonly TileLayer[]): Buffer {
  return Buffer.concat(layers.map((layer) => field(3, layerOf(layer))));
}

function layerOf({ name, properties, type, points }: TileLayer): Buffer {
  const pairs = Object.entries(properties);
  const feature = Buffer.concat([
    field(2, Buffer.concat(pairs.flatMap((_, i) => [varint(i), varint(i)]))),
    number(3, type === 'Polygon' ? 3 : 2),
    field(4, geometryOf(points, type === 'Polygon')),
  ]);
  return Buffer.concat([
    number(15, 2),
    field(1, Buffer.from(name)),
    field(2, feature),
    ...pairs.map(([key]) => field(3, Buffer.from(key))),
    ...pairs.map(([, value]) => field(4, field(1, Buffer.from(value)))),
    number(5, EXTENT),
  ]);
}

function geometryOf(points: TileLayer['points'], isClosed: boolean): Buffer {
  const steps = points.map(([x, y], i) => [x - (points[i - 1]?.[0] ?? 0), y - (points[i - 1]?.[1] ?? 0)]);
  const [first = [0, 0], ...others] = steps;
  const words = [(1 << 3) | 1, ...first.map(zigzag), (others.length << 3) | 2, ...others.flat().map(zigzag)];
  return Buffer.concat([...words, ...(isClosed ? [(1 << 3) | 7] : [])].map(varint));
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function field(key: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((key << 3) | 2), varint(bytes.length), bytes]);
}

function number(key: number, value: number): Buffer {
  return Buffer.concat([varint(key << 3), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

const PNG = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** A PNG of one colour, 256 pixels wide and high. */
export function plainPng(red: number, green: number, blue: number): Buffer {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(256, 0);
  size.writeUInt32BE(256, 4);
  size.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), ...Array.from({ length: 256 }, () => Buffer.from([red, green, blue]))]);
  const rows = Buffer.concat(Array.from({ length: 256 }, () => row));
  return Buffer.concat([PNG, chunk('IHDR', size), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}
