/** The first day of `2026-11`, or of the current month. */
export function monthOf(text: string, now: Date): Date {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (year === undefined || month === undefined) return new Date(now.getFullYear(), now.getMonth(), 1);
  return new Date(Number(year), Number(month) - 1, 1);
}

/** The weeks of a month, from Monday, including adjacent days of the neighbouring months. */
export function weeksOf(month: Date): Date[][] {
  const shift = (month.getDay() + 6) % 7;
  const weeks: Date[][] = [];
  for (let day = 1 - shift; day <= daysIn(month); day += 7) {
    weeks.push(Array.from({ length: 7 }, (_, i) => new Date(month.getFullYear(), month.getMonth(), day + i)));
  }
  return weeks;
}

/** `2026-11-28`, in local time. */
export function dayKey(day: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

function daysIn(month: Date): number {
  return new Date(month.getFullYear(), month.getMonth() + 1, 0).getDate();
}
