import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';

const CELL = /^CRS3035RES(\d+)mN(\d+)E(\d+)$/;

/** The ellipsoid GRS 80, and the projection of EPSG:3035: equal areas around 52° N, 10° E. */
const AXIS = 6_378_137;
const FLATTENING = 1 / 298.257222101;
const E2 = FLATTENING * (2 - FLATTENING);
const E = Math.sqrt(E2);
const ORIGIN = { latitude: (52 * Math.PI) / 180, longitude: (10 * Math.PI) / 180, east: 4_321_000, north: 3_210_000 };

/** The auxiliary of authalic latitudes. */
function q(latitude: number): number {
  const sine = Math.sin(latitude);
  return (1 - E2) * (sine / (1 - E2 * sine * sine) - Math.log((1 - E * sine) / (1 + E * sine)) / (2 * E));
}

const QP = q(Math.PI / 2);
const BETA_1 = Math.asin(q(ORIGIN.latitude) / QP);
const RQ = AXIS * Math.sqrt(QP / 2);
const D =
  (AXIS * Math.cos(ORIGIN.latitude)) / Math.sqrt(1 - E2 * Math.sin(ORIGIN.latitude) ** 2) / (RQ * Math.cos(BETA_1));

/** WGS 84 of a position in EPSG:3035, after Snyder, Map Projections: a Working Manual (1987), pages 187 to 190. */
export function fromLaea(east: number, north: number): LonLat {
  const [x, y] = [(east - ORIGIN.east) / D, (north - ORIGIN.north) * D];
  const rho = Math.hypot(x, y);
  if (rho === 0) return [10, 52];
  const ce = 2 * Math.asin(rho / (2 * RQ));
  const [sine, cosine] = [Math.sin(ce), Math.cos(ce)];
  const beta = Math.asin(cosine * Math.sin(BETA_1) + (y * sine * Math.cos(BETA_1)) / rho);
  const longitude =
    ORIGIN.longitude + Math.atan2(x * sine, rho * Math.cos(BETA_1) * cosine - y * Math.sin(BETA_1) * sine);
  const [e4, e6] = [E2 ** 2, E2 ** 3];
  const latitude =
    beta +
    (E2 / 3 + (31 * e4) / 180 + (517 * e6) / 5040) * Math.sin(2 * beta) +
    ((23 * e4) / 360 + (251 * e6) / 3780) * Math.sin(4 * beta) +
    ((761 * e6) / 45_360) * Math.sin(6 * beta);
  return [(longitude * 180) / Math.PI, (latitude * 180) / Math.PI];
}

/** The middle of a cell of the European grid, `CRS3035RES200mN…E…`: its id has the south-west corner. */
export function middleOfCell(id: string): LonLat | undefined {
  const [, size, north, east] = CELL.exec(id) ?? [];
  if (size === undefined) return undefined;
  const half = Number(size) / 2;
  return fromLaea(Number(east) + half, Number(north) + half);
}
