import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, unprivilegedUser } from '../../programs.ts';

/** A repository of pgBackRest in a folder, for the PostgreSQL cluster in its subfolder `data`. */
export interface Repository {
  /** The settings of a server that archives its write-ahead log there. */
  readonly settings: readonly string[];
  /** Runs pgBackRest. @throws Error with its stderr */
  run(...args: string[]): Promise<void>;
}

/** `connect` sets the port of the server; its socket is in the folder. */
export async function createRepository(
  pgbackrest: string,
  folder: string,
  archiveTimeoutS: number,
): Promise<Repository & { connect(port: string): Promise<void> }> {
  const user = unprivilegedUser('postgres');
  const config = join(folder, 'pgbackrest.conf');
  for (const name of ['repo', 'log', 'spool', 'lock']) {
    await mkdir(join(folder, name));
    if (user) await chown(join(folder, name), user.uid, user.gid);
  }
  const rest = [`--config=${config}`, '--stanza=alzette'];
  return {
    settings: [
      'archive_mode=on',
      `archive_command=${pgbackrest} ${rest.join(' ')} archive-push %p`,
      `archive_timeout=${archiveTimeoutS}`,
    ],
    run: (...args) => runProgram(pgbackrest, [...rest, ...args], { ...user, cwd: folder }),
    async connect(port) {
      await writeFile(
        config,
        `[global]
repo1-path=${folder}/repo
repo1-retention-full=2
log-path=${folder}/log
lock-path=${folder}/lock
spool-path=${folder}/spool
compress-type=zst
process-max=2
start-fast=y
[alzette]
pg1-path=${folder}/data
pg1-port=${port}
pg1-user=postgres
pg1-socket-path=${folder}
`,
      );
      if (user) await chown(config, user.uid, user.gid);
    },
  };
}
