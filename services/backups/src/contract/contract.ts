import { contract, object, Type, type Value, wholeNumber } from '@alzette/kit/contract';
import { BACKUPS } from './paths.ts';

const Instant = Type.String({ format: 'date-time' });
const Count = Type.Optional(Type.Number());
const Schedule = Type.Optional(Type.String({ description: 'Five cron fields, in the time zone of the territory' }));

/** Open, because earlier versions recorded other figures. */
const Figures = Type.Object({
  seconds: Count,
  rows: Count,
  files: Count,
  dumpBytes: Type.Optional(Type.Number({ description: 'Of a backup' })),
  restoreSeconds: Type.Optional(
    Type.Number({ description: 'Of a test restore: until the database was usable; `seconds` has all comparisons' }),
  ),
});
const Run = object(
  {
    kind: Type.Enum(['backup', 'restore-test']),
    backup: Type.Optional(Type.String()),
    startedAt: Instant,
    endedAt: Instant,
    error: Type.Optional(Type.String({ description: 'Absent: it succeeded' })),
    figures: Figures,
  },
  'The result of one backup, or of one test restore',
);
const Report = object({
  configured: Type.Boolean(),
  target: Type.Optional(Type.String({ description: 'Without passwords' })),
  recipient: Type.Optional(Type.String()),
  at: Schedule,
  restoreTestAt: Schedule,
  keep: Type.Optional(
    object(
      { days: Type.Integer(), weeks: Type.Integer(), months: Type.Integer() },
      'The number of days, weeks and months of which the latest backup is kept',
    ),
  ),
  lastBackup: Type.Optional(Run),
  lastRestoreTest: Type.Optional(Run),
  runs: Type.Array(Run, { description: 'Newest first' }),
});

/** How the backups went, for administrators of the product. */
export const backupContract = contract(BACKUPS, {
  report: {
    access: 'administerAll',
    summary: 'Backups: target, schedule, and results of the latest backups and restore tests',
    query: { limit: wholeNumber({ min: 1, max: 200, default: 30 }) },
    answers: { 200: Report },
  },
});

export type BackupContract = typeof backupContract;
export type Run = Value<typeof Run>;
export type BackupReport = Value<typeof Report>;
