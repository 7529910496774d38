import { bucketTarget } from './bucket-target.ts';
import { folderTarget } from './folder-target.ts';
import { sftpTarget } from './sftp-target.ts';
import type { BackupTarget, TargetSettings } from './target.ts';

/** Opens a backup target, works with it and closes it. */
export async function withTarget<T>(settings: TargetSettings, work: (target: BackupTarget) => Promise<T>): Promise<T> {
  const target = await openTarget(settings);
  try {
    return await work(target);
  } finally {
    await target.close().catch(() => undefined);
  }
}

async function openTarget(settings: TargetSettings): Promise<BackupTarget> {
  if (settings.kind === 'folder') return folderTarget(settings.folder);
  return settings.kind === 'sftp' ? sftpTarget(settings) : bucketTarget(settings);
}
