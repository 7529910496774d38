import type { Measurement } from '../load/measurement.ts';
import type { PairedRow } from './rows.ts';

/** A row measured once on each product, one right after the other. */
export interface Turn {
  readonly before: Measurement;
  readonly after: Measurement;
}

/** The lowest accepted speed as a share of the speed before. */
const MIN_SPEED = 0.95;

/** The result of a row: its line of the table, and the failure if it became slower. */
export function verdictOf(
  { name, compared }: Pick<PairedRow, 'name' | 'compared'>,
  turns: readonly Turn[],
): { readonly line: string; readonly missed?: string } {
  const value = (measurement: Measurement) => (compared === 'rate' ? measurement.perSecond : measurement.p95);
  const shown = (of: number) =>
    compared === 'rate' ? `${Math.round(of).toLocaleString('en')}/s` : `${of.toFixed(1)} ms`;
  const before = quantile(
    turns.map((turn) => value(turn.before)),
    0.5,
  );
  const after = quantile(
    turns.map((turn) => value(turn.after)),
    0.5,
  );
  const speeds = turns.map((turn) => {
    const ratio = value(turn.after) / value(turn.before);
    return compared === 'rate' ? ratio : 1 / ratio;
  });
  const speed = quantile(speeds, 0.5);
  const cost = quantile(
    turns.map((turn) => costOf(turn.after) / costOf(turn.before)),
    0.5,
  );
  const errors = turns.reduce((sum, turn) => sum + turn.before.errors + turn.after.errors, 0);
  const range = `${quantile(speeds, 0.25).toFixed(2)} to ${quantile(speeds, 0.75).toFixed(2)}`;
  const cells = [name, shown(before), shown(after), speed.toFixed(2), range, cost.toFixed(2), errors];
  const line = `| ${cells.join(' | ')} |`;
  return speed < MIN_SPEED ? { line, missed: `${name}: ${speed.toFixed(2)} of the speed before` } : { line };
}

/** CPU microseconds per item of the product and its database. */
function costOf({ cost }: Measurement): number {
  return cost === undefined ? Number.NaN : cost.program + cost.database;
}

/** The value below which this share of the values lies. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number]; // not empty
  return low + (high - low) * (place - Math.floor(place));
}
