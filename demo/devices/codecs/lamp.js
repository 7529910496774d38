/** Lamp controller of the demo territory, port 10. */
function decodeUplink({ bytes, fPort }) {
  if (fPort !== 10) return { errors: [`port ${fPort} is not the lamp controller's port 10`] };
  if (bytes.length !== 9) return { errors: [`got ${bytes.length} bytes, a lamp frame has 9`] };
  const [flags, percent, power1, power0, energy3, energy2, energy1, energy0, faults] = bytes;
  let status = 'ok';
  if (faults & 4) status = 'brokenLantern';
  if (faults & 2) status = 'columnIssue';
  if (faults & 1) status = 'defectiveLamp';
  let powerState = flags & 1 ? 'on' : 'off';
  if (flags & 2) powerState = 'low';
  return {
    data: {
      powerState,
      level: percent / 100,
      power: (power1 * 256 + power0) / 10,
      energy: ((energy3 * 256 + energy2) * 256 + energy1) * 256 + energy0,
      status,
      switchedOn: (flags & 4) !== 0,
      switchedOff: (flags & 8) !== 0,
    },
  };
}

/** A strategy, a level by hand, or back to the programme; port 20. Rules for other communes than the lamp's are left out. */
function encodeDownlink({ data }) {
  if (data.level !== undefined) {
    if (data.level === 'programme') return { bytes: [3], fPort: 20 };
    return { bytes: [2, Math.round(data.level * 100)], fPort: 20 };
  }
  const { strategy } = data;
  if (strategy === null || strategy === undefined || strategy === '') return { bytes: [1], fPort: 20 };
  const names = Object.keys(strategy.programmes);
  const rules = strategy.calendar.rules.filter(({ zones }) => !zones || zones.includes(data.commune)).flatMap(rulesOf);
  const bytes = [
    ...[1, ...timeOf(strategy.on), ...timeOf(strategy.off), names.length],
    ...names.flatMap((name) => programmeOf(strategy.programmes[name])),
    ...[names.indexOf(strategy.calendar.defaultProgramme), rules.length],
    ...rules.flatMap(({ days, weekdays, programme }) => [...days, maskOf(weekdays), names.indexOf(programme)]),
  ];
  return { bytes, fPort: 20 };
}

function programmeOf({ level, slots = [] }) {
  const written = slots.flatMap((slot) => [...timeOf(slot.from), ...timeOf(slot.to), Math.round(slot.level * 100)]);
  return [Math.round(level * 100), slots.length, ...written];
}

function rulesOf({ from, to, weekdays, dates, programme }) {
  const spans = dates ? dates.map((day) => [day, day]) : [[from ?? '01-01', to ?? '12-31']];
  return spans.map(([first, last]) => ({ days: daysOf(first, last), weekdays, programme }));
}

/** Dates of every year are months and days; dates of one year are days since 1970. */
function daysOf(first, last) {
  if (first.length === 5) return [0, ...first.split('-').map(Number), ...last.split('-').map(Number)];
  return [
    1,
    ...short(Date.parse(`${first}T00:00:00Z`) / 86400000),
    ...short(Date.parse(`${last}T00:00:00Z`) / 86400000),
  ];
}

function maskOf(weekdays) {
  return (weekdays ?? [1, 2, 3, 4, 5, 6, 7]).reduce((mask, day) => mask | (1 << day), 0);
}

function timeOf(text) {
  const [, event, sign, hours, minutes] = /^([a-zA-Z]*)([+-]?)(?:(\d\d):(\d\d))?$/.exec(text);
  const kind = ['', 'sunset', 'sunrise', 'civilDusk', 'civilDawn'].indexOf(event);
  const offset = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return [kind, ...short(sign === '-' ? -offset : offset)];
}

function short(number) {
  return [(number >> 8) & 255, number & 255];
}
