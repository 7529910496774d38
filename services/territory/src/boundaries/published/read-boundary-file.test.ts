import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { zipSync } from 'fflate';
import { communesInBoundaries } from '../communes-in-boundaries.ts';
import { readBoundaryFile } from './read-boundary-file.ts';

/** The same place in each system, as the programs of the mapping agencies convert it: 5.9437, 49.4955. */
const PLACES: { readonly [code: number]: readonly [number, number] } = {
  2154: [913_291.61, 6_936_880.95],
  2169: [63_742.15, 62_330.39],
  25832: [278_696.74, 5_487_030.46],
  3035: [4_027_263.88, 2_939_512.22],
  4326: [5.9437, 49.4955],
};
/** As ArcGIS writes it: without the shift of the datum. */
const LUREF =
  'PROJCS["Luxembourg_1930_Gauss",GEOGCS["GCS_Luxembourg_1930",DATUM["D_Luxembourg_1930",SPHEROID["International_1924",6378388.0,297.0]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],UNIT["Meter",1.0]]';
const METRE = 0.000_014;

function around([x, y]: readonly [number, number], size: number): [number, number][] {
  return [
    [x, y],
    [x + size, y],
    [x + size, y + size],
    [x, y],
  ];
}

function checkPlace(coordinates: unknown): void {
  const [longitude = 0, latitude = 0] = (coordinates as unknown[]).flat(Number.POSITIVE_INFINITY) as number[];
  assert.ok(Math.abs(longitude - 5.9437) < METRE && Math.abs(latitude - 49.4955) < METRE, `${longitude}, ${latitude}`);
}

describe('published boundaries', () => {
  test('of a GeoPackage are read from the layer of communes, in each system of the region', () => {
    for (const [code, place] of Object.entries(PLACES)) {
      const [feature] = readBoundaryFile(geoPackage(Number(code), around(place, code === '4326' ? 0.01 : 900)));
      checkPlace(feature?.geometry?.coordinates);
      assert.deepEqual(feature?.properties, { fid: 1, code_insee: '57538', nom_officiel: 'Évrange' });
    }
  });

  test('of a Shapefile in Luxembourg are not moved by 157 m, and their names keep their accents', () => {
    const [feature] = readBoundaryFile(shapefile(around(PLACES[2169] as [number, number], 900), { prj: LUREF }));
    checkPlace(feature?.geometry?.coordinates);
    const { communes } = communesInBoundaries([feature as never], { name: 'COMMUNE', code: 'LAU2' });
    assert.deepEqual([communes[0]?.name, communes[0]?.code], ['Käerjeng', '0103']);
  });

  test('that cannot be placed are refused with what was found', () => {
    const metres = around(PLACES[2154] as [number, number], 900);
    const json = (crs?: object) =>
      Buffer.from(
        JSON.stringify({
          ...(crs && { crs }),
          features: [
            { type: 'Feature', properties: { nom: 'A' }, geometry: { type: 'Polygon', coordinates: [metres] } },
          ],
        }),
      );
    const named = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::2154' } };
    checkPlace(readBoundaryFile(json(named))[0]?.geometry?.coordinates);
    const wrong: readonly (readonly [Uint8Array, RegExp])[] = [
      [json(), /got none with 913291\.61, 6936880\.95, expected one of EPSG:/],
      [json({ type: 'name', properties: { name: 'EPSG:31467' } }), /got EPSG:31467, expected one of/],
      [shapefile(metres, {}), /got none with 913291\.61/],
      [shapefile(metres, { prj: 'PROJCS["Somewhere"]' }), /not known: PROJCS/],
      [geoPackage(31467, metres), /got EPSG:31467/],
      [geoPackage(2154, metres, 'routes_a, routes_b'), /its layers: got routes_a, routes_b/],
      [geoPackage(2154, metres).subarray(0, 3000), /it is no GeoPackage/],
      [geoPackage(2154, metres, 'communes', 40), /a geometry is cut off/],
      [zipSync({ 'readme.txt': Buffer.from('x') }), /its Shapefiles: got none/],
      [Buffer.from('<kml/>'), /neither a GeoPackage, nor a zip, nor JSON/],
      [Buffer.from('{"features":[]}'), /got no polygon/],
    ];
    for (const [bytes, message] of wrong) assert.throws(() => readBoundaryFile(bytes), message);
  });

  test('that would unpack to far more than they are, are not unpacked', () => {
    const bomb = zipSync({ 'communes.shp': new Uint8Array(4_000_000) });
    assert.ok(bomb.length < 10_000);
    assert.throws(() => readBoundaryFile(bomb), /unpacks to more than 200 times its size/);
  });
});

/** A GeoPackage with these layers; the first has one commune. */
function geoPackage(code: number, ring: readonly (readonly [number, number])[], layers = 'communes', cut?: number) {
  const folder = mkdtempSync(join(tmpdir(), 'alzette-gpkg-'));
  const file = join(folder, 'a.gpkg');
  const db = new DatabaseSync(file);
  db.exec(`
    CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, srs_id INTEGER);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
    CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization_coordsys_id INTEGER);
    INSERT INTO gpkg_spatial_ref_sys VALUES (7, ${code})`);
  const names = layers.split(', ');
  for (const name of names) {
    db.exec(`
      CREATE TABLE ${name} (fid INTEGER PRIMARY KEY, geometrie BLOB, code_insee TEXT, nom_officiel TEXT);
      INSERT INTO gpkg_contents VALUES ('${name}', 'features', 7);
      INSERT INTO gpkg_geometry_columns VALUES ('${name}', 'geometrie', 7)`);
  }
  const insert = db.prepare(`INSERT INTO ${names[0]} VALUES (1, ?, '57538', 'Évrange')`);
  insert.run(geometryBlob(ring).subarray(0, cut));
  db.close();
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return bytes;
}

/** GP header without envelope, then a little-endian MultiPolygon of one ring. */
function geometryBlob(ring: readonly (readonly [number, number])[]) {
  const blob = Buffer.alloc(8 + 9 + 9 + 4 + ring.length * 16);
  blob.write('GP');
  blob[3] = 1;
  let at = 8;
  for (const [type, count] of [
    [6, 1],
    [3, 1],
  ] as const) {
    blob[at] = 1;
    blob.writeUInt32LE(type, at + 1);
    blob.writeUInt32LE(count, at + 5);
    at += 9;
  }
  blob.writeUInt32LE(ring.length, at);
  for (const [n, number] of ring.flat().entries()) blob.writeDoubleLE(number, at + 4 + n * 8);
  return blob;
}

/** A zip with a polygon and a row in Latin-1, as LIMADM has. */
function shapefile(ring: readonly (readonly [number, number])[], { prj }: { readonly prj?: string }) {
  const record = Buffer.alloc(8 + 4 + 32 + 4 + 4 + 4 + ring.length * 16);
  record.writeInt32BE(1, 0);
  record.writeInt32BE((record.length - 8) / 2, 4);
  record.writeInt32LE(5, 8);
  record.writeInt32LE(1, 44);
  record.writeInt32LE(ring.length, 48);
  record.writeInt32LE(0, 52);
  for (const [n, number] of ring.flat().entries()) record.writeDoubleLE(number, 56 + n * 8);
  const head = Buffer.alloc(100);
  head.writeInt32BE(9994, 0);
  head.writeInt32BE((100 + record.length) / 2, 24);
  head.writeInt32LE(1000, 28);
  head.writeInt32LE(5, 32);
  const fields = ['COMMUNE', 'LAU2'].map((name) => {
    const field = Buffer.alloc(32);
    field.write(name);
    field.write('C', 11);
    field[16] = 10;
    return field;
  });
  const dbfHead = Buffer.alloc(32);
  dbfHead[0] = 3;
  dbfHead.writeUInt32LE(1, 4);
  dbfHead.writeUInt16LE(32 + 64 + 1, 8);
  dbfHead.writeUInt16LE(21, 10);
  const row = Buffer.from(` ${'Käerjeng'.padEnd(10)}${'0103'.padEnd(10)}`, 'latin1');
  const dbf = Buffer.concat([dbfHead, ...fields, Buffer.from([13]), row, Buffer.from([26])]);
  return zipSync({
    'LIMADM/LIMADM_COMMUNES.shp': Buffer.concat([head, record]),
    'LIMADM/LIMADM_COMMUNES.dbf': dbf,
    ...(prj !== undefined && { 'LIMADM/LIMADM_COMMUNES.prj': Buffer.from(prj) }),
  });
}
