const DAY_MS = 86_400_000;
/** A vertical axis has some four labels. */
const STEPS = 6;

/** The digits after the point with which no two labels of an axis over these values are the same. */
export function digitsOver(values: readonly number[]): number {
  const range = Math.max(...values) - Math.min(...values);
  if (!Number.isFinite(range) || range === 0) return 2;
  return Math.max(0, -Math.floor(Math.log10(range / STEPS)));
}

/** How moments are written below a chart. */
interface TimeTexts {
  time(at: number): string;
  day(at: number): string;
  month(at: number): string;
  /** Whether the moment is the start of a day, or with `month` of a month. */
  starts(at: number, what: 'day' | 'month'): boolean;
}

/** The label of a moment on an axis that is so long: an hour, the day where it begins, or the month where it does. */
export function timeLabel(at: number, lengthMs: number, texts: TimeTexts): string {
  if (lengthMs <= 4 * DAY_MS && !texts.starts(at, 'day')) return texts.time(at);
  return lengthMs > 60 * DAY_MS && texts.starts(at, 'month') ? texts.month(at) : texts.day(at);
}

/** Labels of an axis in their order: one that is the same as the one before is left out. */
export function withoutRepeats(label: (at: number) => string): (at: number, place: number) => string {
  let before = '';
  return (at, place) => {
    const text = label(at);
    if (place > 0 && text === before) return '';
    before = text;
    return text;
  };
}
