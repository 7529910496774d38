import type { StrategyVersion } from '../contract/contract.ts';
import { writePointsTalq } from '../park/light-point-talq.ts';
import type { LightPoint } from '../park/park-columns.ts';
import type { NightTime } from '../programmes/night-time.ts';
import { writeNightTime } from '../programmes/night-time.ts';
import { readStrategy } from '../strategies/strategy.ts';

/** Lamps and strategies in the terms of the TALQ Smart City Protocol 2: devices, control programs, calendars. */
export function talqExport(points: readonly LightPoint[], strategies: readonly StrategyVersion[]): object {
  const read = strategies.map(({ id, document }) => ({ id, strategy: readStrategy(document) }));
  return {
    ...writePointsTalq(points),
    controlPrograms: read.flatMap(({ id, strategy }) =>
      Object.entries(strategy.programmes).map(([name, { level, slots }]) => ({
        id: `${id}/${name}`,
        activePeriods: [
          {
            startEvent: eventOf(strategy.window.on),
            endEvent: eventOf(strategy.window.off),
            level: Math.round(level * 100),
          },
        ],
        fixedTimeControls: slots
          .filter(({ from }) => from.kind === 'clock')
          .map((slot) => ({
            start: writeNightTime(slot.from),
            end: writeNightTime(slot.to),
            level: Math.round(slot.level * 100),
          })),
        astroClockTimeControls: slots
          .filter(({ from }) => from.kind === 'sun')
          .map((slot) => ({ start: eventOf(slot.from), end: eventOf(slot.to), level: Math.round(slot.level * 100) })),
        dynamicControls: slots
          .filter(({ presence }) => presence !== undefined)
          .map((slot) => ({
            start: writeNightTime(slot.from),
            end: writeNightTime(slot.to),
            level: Math.round((slot.presence?.level ?? 0) * 100),
          })),
      })),
    ),
    calendars: read.map(({ id, strategy }) => ({
      id,
      defaultProgram: `${id}/${strategy.calendar.defaultProgramme}`,
      rules: strategy.calendar.rules.map(({ from, to, weekdays, dates, programme }) => ({
        ...(from && { startDate: from }),
        ...(to && { endDate: to }),
        ...((weekdays || dates) && { condition: { ...(weekdays && { weekdays }), ...(dates && { dates }) } }),
        program: `${id}/${programme}`,
      })),
    })),
  };
}

function eventOf(time: NightTime): object {
  return time.kind === 'clock'
    ? { time: writeNightTime(time) }
    : { event: time.event, offset: time.offsetMinutes * 60 };
}
