/** A recurrence that can be expressed in words; undefined: any other. Hours and minutes are those of the schedule. */
export type Rhythm =
  | { readonly every: 'minutes'; readonly count: number }
  | { readonly every: 'hours'; readonly count: number; readonly minute: string }
  | { readonly every: 'day'; readonly time: string }
  | { readonly every: 'week'; readonly time: string; readonly weekday: number }
  | { readonly every: 'month'; readonly time: string; readonly day: number };

const STEP = /^\*(?:\/(\d+))?$/;
const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** The recurrence of a cron expression of five fields. */
export function rhythmOf(cron: string): Rhythm | undefined {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = cron.trim().split(/\s+/);
  if (more.length > 0 || month !== '*') return undefined;
  const isEveryDay = day === '*' && weekday === '*';
  const [minutes, hours] = [STEP.exec(minute), STEP.exec(hour)];
  if (minutes && hour === '*' && isEveryDay) return { every: 'minutes', count: Number(minutes[1] ?? 1) };
  if (!isNumber(minute)) return undefined;
  const padded = minute.padStart(2, '0');
  if (hours && isEveryDay) return { every: 'hours', count: Number(hours[1] ?? 1), minute: padded };
  if (!isNumber(hour)) return undefined;
  const time = `${hour.padStart(2, '0')}:${padded}`;
  if (isEveryDay) return { every: 'day', time };
  if (day === '*' && isNumber(weekday)) return { every: 'week', time, weekday: Number(weekday) % 7 };
  return weekday === '*' && isNumber(day) ? { every: 'month', time, day: Number(day) } : undefined;
}
