import { PERIODS } from '../contract/access.ts';
import { badMember } from '../model/values.ts';
import { checkMembers } from './read-members.ts';

export type Period = (typeof PERIODS)[number];

/** The maximum number of requests in a calendar period (UTC). */
export interface Limit {
  readonly requests: number;
  readonly per: Period;
}

/** @throws NgsiLdError BadRequestData */
export function parseLimits(value: unknown): readonly Limit[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > PERIODS.length) {
    throw badMember('limits', value, 'a list such as [{"requests": 100, "per": "minute"}]');
  }
  const limits = value.map((each, index): Limit => {
    const { requests, per } = checkMembers(each, `limits[${index}]`, ['requests', 'per']);
    const period = PERIODS.find((name) => name === per);
    if (period === undefined) throw badMember(`limits[${index}].per`, per, PERIODS.join(', '));
    if (typeof requests !== 'number' || !Number.isInteger(requests) || requests < 1) {
      throw badMember(`limits[${index}].requests`, requests, 'a whole number from 1');
    }
    return { requests, per: period };
  });
  if (new Set(limits.map(({ per }) => per)).size < limits.length) {
    throw badMember('limits', value, 'one limit for each period');
  }
  return limits;
}

/** The start and end of the period that contains a time; milliseconds since 1970. */
export function periodAt(per: Period, at: number): readonly [start: number, end: number] {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (per === 'month') return [Date.UTC(year, month), Date.UTC(year, month + 1)];
  const length = per === 'minute' ? 60_000 : per === 'hour' ? 3_600_000 : 86_400_000;
  const start = Math.floor(at / length) * length;
  return [start, start + length];
}
