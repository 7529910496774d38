import { Ajv } from 'ajv';
import { NAME } from '../devices/profile-schema.ts';
import type { SchemaCheck } from '../devices/schema-check.ts';
import { schemaCheck } from '../devices/schema-check.ts';
import { TENANT, wrongSyntax } from '../devices/validation.ts';
import { checkZone, TEXT, wrongMember } from './items/source-schemas.ts';
import type { Source } from './kinds.ts';
import { SOURCE_KINDS } from './kinds.ts';
import { cronOf } from './schedule.ts';

const SCHEDULE = {
  type: 'object',
  additionalProperties: false,
  properties: {
    everyS: { type: 'number', minimum: 1, maximum: 31_622_400 },
    cron: TEXT,
    timeZone: TEXT,
  },
} as const;

const COMMON = {
  kind: { type: 'string' },
  id: { ...NAME, pattern: '^[A-Za-z0-9._-]+$' },
  name: NAME,
  tenant: TENANT,
  enabled: { type: 'boolean' },
  schedule: SCHEDULE,
} as const;

const ajv = new Ajv({ verbose: true, strictTypes: false, unicodeRegExp: true });

const CHECKS: ReadonlyMap<string, SchemaCheck<Source>> = new Map(
  [...SOURCE_KINDS].map(([name, { members, required }]) => [
    name,
    schemaCheck<Source>(ajv, {
      type: 'object',
      required: ['id', 'name', ...required],
      additionalProperties: false,
      properties: { ...COMMON, ...members },
    }),
  ]),
);

/** @throws RegistryError WRONG_SYNTAX, names the member */
export function readSource(value: unknown): Source {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const isSource = typeof kind === 'string' ? CHECKS.get(kind) : undefined;
  if (isSource === undefined) throw wrongMember('kind', kind, `one of ${[...CHECKS.keys()].join(', ')}`);
  if (!isSource(value)) throw wrongSyntax(isSource.errors, 'the source');
  checkSchedule(value);
  SOURCE_KINDS.get(value.kind)?.check?.(value);
  return value;
}

function checkSchedule({ schedule }: Source): void {
  if (schedule === undefined) return;
  const { everyS, cron, timeZone } = schedule as { everyS?: number; cron?: string; timeZone?: string };
  if ((everyS === undefined) === (cron === undefined)) throw wrongMember('schedule', schedule, 'either everyS or cron');
  if (timeZone !== undefined) checkZone('schedule.timeZone', timeZone);
  if (cron === undefined) return;
  try {
    cronOf({ cron, ...(timeZone === undefined ? {} : { timeZone }) });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw wrongMember('schedule.cron', cron, `five or six fields such as "*/15 * * * *" (${why})`);
  }
}
