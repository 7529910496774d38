import { metric } from '@alzette/kit/metrics';
import { serviceRoutes } from '@alzette/kit/routes';
import { type Handlers, serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import { type BackupSettings, makeBackup } from './archive/make-backup.ts';
import { type BackupContract, backupContract } from './contract/contract.ts';
import type { BackupPorts, DatabasePlace } from './ports.ts';
import { testRestore } from './restore/test-restore.ts';
import { latestGoodRuns, latestRuns, type RunKind, recorded } from './runs.ts';
import { shownTarget } from './targets/target.ts';

/** The settings with the schedules of backups and test restores. */
export interface ScheduledBackups extends BackupSettings {
  /** Five cron fields, in the time zone of the territory. */
  readonly at: string;
  readonly restoreTestAt: string;
  /** The server for the temporary databases of test restores. */
  readonly restoreTestPlace: DatabasePlace;
  /** The demo makes its first backup without a schedule. */
  readonly isDemo: boolean;
}

const BACKUP_TIMEOUT_S = 6 * 3600;
const KEEP_DAYS = 60;

/** Scheduled backups with a weekly test restore, and their outcomes. @param settings absent: no backups are made */
export function backupService(settings: ScheduledBackups | undefined, ports: BackupPorts) {
  return defineService({
    name: 'backups',
    migrations: new URL('../migrations/', import.meta.url),
    async start(given) {
      await serviceRoutes(given.app, '/ops/backups', (scope) =>
        serve(scope, backupContract, backupHandlers(given, settings)),
      );
      addMetrics(given);
      const makeNow = settings && defineJobs(given, settings, ports);
      return { parts: { db: given.db, isDemo: settings?.isDemo ?? false, makeNow } };
    },
  });
}

/** @returns a function that starts a backup now */
function defineJobs({ db, jobs }: ServiceContext, settings: ScheduledBackups, ports: BackupPorts) {
  const restoring = jobs.define({
    name: 'backups.test-restore',
    title: { fr: 'Restaurer la dernière sauvegarde pour essai', en: 'Restore the latest backup as a test' },
    schedule: { cron: settings.restoreTestAt, missed: 'once' },
    retries: 0,
    timeoutS: BACKUP_TIMEOUT_S,
    keepDays: KEEP_DAYS,
    async run(_data, { signal }) {
      const { target, key, folder, restoreTestPlace: place } = settings;
      const report = await recorded(db, 'restore-test', () =>
        testRestore(ports, { target, key, folder, place, signal }),
      );
      if (report.faults.length > 0) throw new Error(report.faults.join('; '));
      return report;
    },
  });
  const making = jobs.define<{ thenRestore?: boolean }>({
    name: 'backups.make',
    title: { fr: 'Sauvegarder', en: 'Make a backup' },
    schedule: { cron: settings.at, missed: 'once' },
    retries: 2,
    retryDelayS: 300,
    timeoutS: BACKUP_TIMEOUT_S,
    keepDays: KEEP_DAYS,
    async run({ thenRestore }, { signal, logger }) {
      const embedded = db.archive === undefined ? {} : { embedded: db };
      const report = await recorded(db, 'backup', () => makeBackup(ports, settings, { ...embedded, signal, logger }));
      if (thenRestore) await restoring.enqueue({});
      return report;
    },
  });
  return () => making.enqueue({ thenRestore: true });
}

function backupHandlers({ db }: ServiceContext, settings: ScheduledBackups | undefined): Handlers<BackupContract> {
  return {
    async report({ query: { limit } }) {
      const good = await latestGoodRuns(db);
      return {
        configured: settings !== undefined,
        ...(settings && {
          target: shownTarget(settings.target),
          recipient: settings.key.recipient,
          at: settings.at,
          restoreTestAt: settings.restoreTestAt,
          keep: settings.keep,
        }),
        ...(good.backup && { lastBackup: good.backup }),
        ...(good['restore-test'] && { lastRestoreTest: good['restore-test'] }),
        runs: await latestRuns(db, limit),
      };
    },
  };
}

function addMetrics({ metrics, db }: ServiceContext): void {
  const NAMES: { readonly [kind in RunKind]: readonly [name: string, text: string] } = {
    backup: ['alzette_backup_last_success_timestamp_seconds', 'Start of the latest successful backup'],
    'restore-test': [
      'alzette_restore_test_last_success_timestamp_seconds',
      'Start of the latest successful test restore',
    ],
  };
  metrics.add(async () => {
    const good = await latestGoodRuns(db);
    return Object.entries(NAMES)
      .map(([kind, [name, text]]) => {
        const run = good[kind as RunKind];
        return metric(name, 'gauge', text, run === undefined ? 0 : Date.parse(run.startedAt) / 1000);
      })
      .join('');
  });
}
