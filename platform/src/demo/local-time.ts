const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const OFFSET = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Paris', timeZoneName: 'longOffset' });

/** The days since 1970-01-01 in the territory's own time, as a fraction: .5 is local noon. */
export function localDays(at: number): number {
  return (at + offsetAt(at)) / DAY;
}

/** The instant of a local hour on a local day, e.g. (20416, 22) for 22:00. */
export function instantOf(day: number, hour: number): number {
  const wall = day * DAY + hour * HOUR;
  return wall - offsetAt(wall - offsetAt(wall));
}

const offsets = new Map<number, number>();

/** Asked for every lamp at every tick: remembered by the quarter of an hour, on whose edges alone offsets change. */
function offsetAt(at: number): number {
  const quarter = Math.floor(at / 900_000);
  const known = offsets.get(quarter);
  if (known !== undefined) return known;
  if (offsets.size > 2000) offsets.clear();
  const offset = readOffset(at);
  offsets.set(quarter, offset);
  return offset;
}

function readOffset(at: number): number {
  const name = OFFSET.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
  if (hours === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * 60_000);
}
