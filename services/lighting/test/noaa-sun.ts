/**
 * When the sun is at an altitude, by the equations of NOAA's solar calculator (after Meeus): an independent algorithm
 * to check the service's sun times. Milliseconds since 1970, or undefined if it never is.
 */
export function noaaEvent(
  date: string,
  { latitude, longitude }: { readonly latitude: number; readonly longitude: number },
  altitude: number,
  side: 'rise' | 'set',
): number | undefined {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  let at = midnight + (12 - longitude / 15) * 3_600_000;
  for (let i = 0; i < 6; i++) {
    const { declination, equationOfTime } = sunAt(at);
    const [phi, delta] = [radians(latitude), radians(declination)];
    const cosine = (Math.sin(radians(altitude)) - Math.sin(phi) * Math.sin(delta)) / (Math.cos(phi) * Math.cos(delta));
    if (Math.abs(cosine) > 1) return undefined;
    const hourAngle = (Math.acos(cosine) * 180) / Math.PI;
    const minutes = 720 - 4 * longitude - equationOfTime + (side === 'set' ? 4 : -4) * hourAngle;
    at = midnight + minutes * 60_000;
  }
  return at;
}

/** Apparent declination in degrees, equation of time in minutes. */
function sunAt(at: number): { declination: number; equationOfTime: number } {
  const t = (at / 86_400_000 + 2_440_587.5 - 2_451_545) / 36_525;
  const l0 = (280.46646 + t * (36_000.76983 + t * 0.0003032)) % 360;
  const m = 357.52911 + t * (35_999.05029 - 0.0001537 * t);
  const e = 0.016708634 - t * (0.000042037 + 0.0000001267 * t);
  const center =
    Math.sin(radians(m)) * (1.914602 - t * (0.004817 + 0.000014 * t)) +
    Math.sin(radians(2 * m)) * (0.019993 - 0.000101 * t) +
    Math.sin(radians(3 * m)) * 0.000289;
  const omega = 125.04 - 1934.136 * t;
  const lambda = l0 + center - 0.00569 - 0.00478 * Math.sin(radians(omega));
  const obliquity =
    23 + (26 + (21.448 - t * (46.815 + t * (0.00059 - t * 0.001813))) / 60) / 60 + 0.00256 * Math.cos(radians(omega));
  const y = Math.tan(radians(obliquity / 2)) ** 2;
  const [L, M] = [radians(l0), radians(m)];
  const equation =
    y * Math.sin(2 * L) -
    2 * e * Math.sin(M) +
    4 * e * y * Math.sin(M) * Math.cos(2 * L) -
    0.5 * y * y * Math.sin(4 * L) -
    1.25 * e * e * Math.sin(2 * M);
  return {
    declination: (Math.asin(Math.sin(radians(obliquity)) * Math.sin(radians(lambda))) * 180) / Math.PI,
    equationOfTime: (equation * 4 * 180) / Math.PI,
  };
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
