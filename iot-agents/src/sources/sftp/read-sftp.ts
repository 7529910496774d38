import { isObject } from '../../frames/json-values.ts';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import { gatherFile } from '../csv/gather-file.ts';
import type { Gathering } from '../items/gathering.ts';
import type { Harvest } from '../items/harvest.ts';
import type { RemoteFile } from './sftp-directory.ts';
import { withSftp } from './sftp-directory.ts';
import type { SftpSource } from './sftp-source.ts';

const FILES_A_RUN = 500;

/** Reads the new and changed files of a directory. @throws SourceError */
export async function readSftp(
  outgoing: Outgoing,
  { from, csv }: SftpSource,
  gathering: Gathering,
  options: {
    readonly state: Readonly<Record<string, unknown>>;
    readonly isPreview: boolean;
    readonly signal: AbortSignal;
  },
): Promise<Harvest> {
  const { state, isPreview, signal } = options;
  const known = isObject(state.files) ? state.files : {};
  const expectedKey = from.hostKey ?? (typeof state.hostKey === 'string' ? state.hostKey : undefined);
  const taken: RemoteFile[] = [];
  const files: Record<string, unknown> = {};
  const hostKey = await withSftp(outgoing, from, expectedKey, async (directory) => {
    for (const file of await directory.files()) {
      signal.throwIfAborted();
      const isKnown = known[file.name] === file.version;
      if (isKnown) files[file.name] = file.version;
      if (isKnown || taken.length >= (isPreview ? 1 : FILES_A_RUN)) continue;
      const bytes = await directory.read(file);
      if (bytes === undefined) continue;
      files[file.name] = file.version;
      try {
        await gatherFile(gathering, bytes, { csv }, file.name);
        taken.push(file);
      } catch (cause) {
        // An invalid file stays where it is and does not stop the others.
        if (!(cause instanceof SourceError)) throw cause;
        gathering.refuse({ file: file.name, message: cause.message, refused: true });
      }
    }
    return directory.hostKey;
  });
  const harvest = gathering.harvest();
  return {
    ...harvest,
    ...(harvest.rows === 0 && taken.length === 0 ? { unchanged: true as const } : {}),
    state: { hostKey, files },
    ...(from.whenDone === undefined || from.whenDone === 'keep' || taken.length === 0
      ? {}
      : {
          settle: () =>
            withSftp(outgoing, from, hostKey, async (directory) => {
              for (const file of taken) await directory.finish(file);
            }),
        }),
  };
}
