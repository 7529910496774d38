import type { BackupReport } from '@alzette/backups/contract';
import type { SystemReport } from '@alzette/system/contract';

type BackupRun = BackupReport['runs'][number];

export interface Part {
  readonly name: string;
  readonly isGood: boolean;
  readonly detail: string;
}

/** Formats for texts, numbers and times in the reader's language. */
export interface Telling {
  t(key: string, values?: Record<string, unknown>): string;
  number(value: number): string;
  age(at: string): string;
  date(at: string): string;
}

const SLOW_S = 300;
const FULL_SOON_DAYS = 60;
const MIN_FREE_SHARE = 0.1;
const RENEW_MS = 21 * 86_400_000;
const BACKUP_MS = 30 * 3_600_000;
const RESTORE_MS = 9 * 86_400_000;

/** Lags, database, disk, certificates and services of others, as rows of the page. */
export function systemParts(report: SystemReport, { t, number, age, date }: Telling, now = Date.now()): Part[] {
  const text = (key: string, values?: Record<string, unknown>) => t(`administer.health.${key}`, values);
  const mb = (bytes: number) => number(Math.round(bytes / 1e6));
  const { database, disk, memoryBytes, version, startedAt, lags } = report;
  const { bytesPerDay, daysLeft } = database.growth ?? {};
  const growth = [
    ...(bytesPerDay === undefined ? [] : [text('growth', { size: mb(bytesPerDay) })]),
    ...(daysLeft === undefined ? [] : [text('fullIn', { days: number(daysLeft) })]),
  ];
  return [
    {
      name: text('version', { version }),
      isGood: true,
      detail: text('since', { age: age(startedAt), size: mb(memoryBytes) }),
    },
    ...(['ingest', 'notifications', 'rules'] as const).map((lag) => ({
      name: text(`lag.${lag}`),
      isGood: lags[lag] <= SLOW_S,
      detail: text('behind', { seconds: number(Math.round(lags[lag])) }),
    })),
    {
      name: text('database'),
      isGood: (daysLeft ?? Number.POSITIVE_INFINITY) > FULL_SOON_DAYS,
      detail: [text('size', { size: mb(database.bytes) }), ...growth].join(', '),
    },
    {
      name: text('disk'),
      isGood: disk.freeBytes / disk.bytes > MIN_FREE_SHARE,
      detail: text('free', {
        free: number(Math.round(disk.freeBytes / 1e9)),
        size: number(Math.round(disk.bytes / 1e9)),
      }),
    },
    ...report.certificates.map(({ use, subject, validTo }) => ({
      name: text('certificate', { use }),
      isGood: Date.parse(validTo) - now > RENEW_MS,
      detail: text('validTo', { subject, date: date(validTo) }),
    })),
    ...report.installedServices.map(({ installed, name, version = '', state, reason }) => ({
      name: text('service', { name: name ?? installed }),
      isGood: state === 'running',
      detail: state === 'running' ? text('serviceRuns', { version }) : text('serviceFailed', { reason }),
    })),
  ];
}

/** The latest backup and the latest test restore, as rows of the page. */
export function backupParts(report: BackupReport, { t, number, age }: Telling, now = Date.now()): Part[] {
  const text = (key: string, values?: Record<string, unknown>) => t(`administer.health.${key}`, values);
  if (!report.configured) return [{ name: text('backup'), isGood: false, detail: text('noBackup') }];
  const failed = (kind: BackupRun['kind']) => {
    const latest = report.runs.find((run) => run.kind === kind);
    return latest?.error === undefined ? undefined : text('lastFailed', { error: latest.error });
  };
  const part = (
    name: string,
    run: BackupRun | undefined,
    kind: BackupRun['kind'],
    withinMs: number,
    told: string,
  ): Part => {
    const fault = failed(kind);
    const isRecent = run !== undefined && now - Date.parse(run.startedAt) < withinMs;
    return {
      name,
      isGood: isRecent && fault === undefined,
      detail: [run ? told : text('never'), fault ?? []].flat().join('; '),
    };
  };
  const { lastBackup, lastRestoreTest, target } = report;
  const made = text('backupDetail', {
    age: age(lastBackup?.startedAt ?? ''),
    size: number(Math.round((lastBackup?.figures.dumpBytes ?? 0) / 1e5) / 10),
    seconds: number(Math.round(lastBackup?.figures.seconds ?? 0)),
    target,
  });
  const tried = text('restoreDetail', {
    age: age(lastRestoreTest?.startedAt ?? ''),
    rows: number(lastRestoreTest?.figures.rows ?? 0),
    files: number(lastRestoreTest?.figures.files ?? 0),
    seconds: number(Math.round(lastRestoreTest?.figures.restoreSeconds ?? 0)),
  });
  return [
    part(text('backup'), lastBackup, 'backup', BACKUP_MS, made),
    part(text('restore'), lastRestoreTest, 'restore-test', RESTORE_MS, tried),
  ];
}
