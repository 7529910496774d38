import type { TargetSettings } from '@alzette/backups';
import { type Retention, readRetention } from '@alzette/backups/retention';
import {
  anyText,
  optionalSetting,
  postgresUrl,
  type ReadSettings,
  type SettingKind,
  setting,
  textFile,
} from '@alzette/kit/settings';

/** Where backups are stored, when they are made, and how long they are kept. */
export interface BackupConfig {
  readonly target?: TargetSettings;
  /** The content of the key file. */
  readonly identity?: string;
  readonly at: string;
  readonly restoreTestAt: string;
  readonly keep: Retention;
  /** A PostgreSQL server for restore tests; absent: that of the product. */
  readonly restoreTestUrl?: string;
  /** The given settings, by name, as texts. */
  readonly settings: { readonly [name: string]: string };
}

const BACKUPS = 'Backups';

const placeUrl: SettingKind<URL> = {
  parse(text) {
    const url = URL.parse(text) ?? undefined;
    if (url?.protocol === 'file:' || url?.protocol === 'sftp:') return url;
    return url && ['https:', 'http:'].includes(url.protocol) && url.pathname !== '/' ? url : undefined;
  },
  expected: 'file:///folder, sftp://user@host/folder or https://s3.example.org/bucket',
};

const cron: SettingKind<string> = {
  parse: (text) => (/^([\w*/,-]+ +){4}[\w*/,-]+$/.test(text) ? text : undefined),
  expected: 'five fields of cron, such as 30 2 * * *',
};

const retention: SettingKind<Retention> = {
  parse: readRetention,
  expected: 'days, weeks and months, such as 7d 5w 12m',
};

export const BACKUP_SETTINGS = {
  BACKUP_URL: optionalSetting(placeUrl, {
    group: BACKUPS,
    isSecret: true,
    text: 'the target of backups: `file:///folder`, `sftp://user@host/folder`, or an S3 bucket with a prefix or without, `https://s3.example.org/bucket`: see [docs/backup.md](backup.md)',
    shownDefault: 'none; in the demo the folder `backups` of `DATA_DIR`',
  }),
  BACKUP_KEY: optionalSetting(textFile, {
    group: BACKUPS,
    text: 'the file of the encryption key, which `alzette backup key` creates; required with `BACKUP_URL`. Backups can’t be read without it: keep a copy elsewhere',
  }),
  BACKUP_AT: setting(cron, '30 2 * * *', {
    group: BACKUPS,
    text: 'when a backup is made: five fields of cron, in the time zone of the territory',
  }),
  BACKUP_KEEP: setting(
    retention,
    { days: 7, weeks: 5, months: 12 },
    {
      group: BACKUPS,
      text: 'how long backups are kept: the latest one of each of the last days, weeks and months',
      shownDefault: '`7d 5w 12m`',
    },
  ),
  BACKUP_RESTORE_TEST_AT: setting(cron, '0 4 * * 0', {
    group: BACKUPS,
    text: 'when the latest backup is restored for a test, compared, and removed again',
  }),
  BACKUP_RESTORE_TEST_URL: optionalSetting(postgresUrl, {
    group: BACKUPS,
    isSecret: true,
    text: 'a PostgreSQL server for the databases of restore tests',
    shownDefault: 'that of `DATABASE_URL`',
  }),
  BACKUP_BUCKET_KEY: optionalSetting(anyText, { group: BACKUPS, text: 'the access key of the bucket' }),
  BACKUP_BUCKET_SECRET: optionalSetting(anyText, { group: BACKUPS, isSecret: true, text: 'its secret key' }),
  BACKUP_BUCKET_REGION: setting(anyText, 'auto', { group: BACKUPS, text: 'its region' }),
  BACKUP_SFTP_KEY: optionalSetting(textFile, {
    group: BACKUPS,
    text: 'the file of the private key for the SFTP server, in place of a password in `BACKUP_URL`',
  }),
  BACKUP_SFTP_HOST_KEY: optionalSetting(anyText, {
    group: BACKUPS,
    text: 'the expected host key of the SFTP server, `SHA256:…` as `ssh-keygen -l` shows it',
    shownDefault: 'any',
  }),
};

/** @param texts the given settings, as texts */
export function backupConfig(
  { values, fault }: Pick<ReadSettings<typeof BACKUP_SETTINGS>, 'values' | 'fault'>,
  texts: { readonly [name: string]: string },
): BackupConfig {
  const { BACKUP_URL: url, BACKUP_KEY: identity, BACKUP_RESTORE_TEST_URL: restoreTestUrl } = values;
  if (url !== undefined && identity === undefined) fault('BACKUP_KEY', 'the name of a file, because BACKUP_URL is set');
  const isBucket = url?.protocol === 'https:' || url?.protocol === 'http:';
  for (const name of ['BACKUP_BUCKET_KEY', 'BACKUP_BUCKET_SECRET'] as const) {
    if (isBucket && values[name] === undefined) fault(name, 'a value, because BACKUP_URL is a bucket');
  }
  return {
    ...(url !== undefined && { target: targetOf(url, values) }),
    ...(identity !== undefined && { identity }),
    at: values.BACKUP_AT,
    restoreTestAt: values.BACKUP_RESTORE_TEST_AT,
    keep: values.BACKUP_KEEP,
    ...(restoreTestUrl !== undefined && { restoreTestUrl }),
    settings: texts,
  };
}

function targetOf(url: URL, values: ReadSettings<typeof BACKUP_SETTINGS>['values']): TargetSettings {
  if (url.protocol === 'file:') return { kind: 'folder', folder: decodeURIComponent(url.pathname) };
  if (url.protocol === 'sftp:') {
    return {
      kind: 'sftp',
      url: url.href,
      privateKey: values.BACKUP_SFTP_KEY,
      hostKey: values.BACKUP_SFTP_HOST_KEY,
    };
  }
  return {
    kind: 'bucket',
    url: url.href,
    accessKey: values.BACKUP_BUCKET_KEY ?? '',
    secretKey: values.BACKUP_BUCKET_SECRET ?? '',
    region: values.BACKUP_BUCKET_REGION,
  };
}
