import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../programs.ts';

/** A Debian in a folder. It shares only the kernel and the copied files with this machine. */
export interface DebianRoot {
  readonly folder: string;
  /** Runs commands in it. @returns their output. @throws Error: the exit code is not 0 */
  run(commands: string, where?: 'own network'): Promise<string>;
  /** Starts a command in it, in its own network. */
  start(commands: string): ChildProcess;
  remove(): void;
}

const run = promisify(execFile);
const RELEASE = 'trixie';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MOST_OUTPUT_BYTES = 2 ** 28;

/** Why it can't be created on this machine; undefined: it can. */
export function rootMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'chroot requires root';
  const missing = ['mmdebstrap', 'chroot', 'ip'].find((name) => findProgram(name) === undefined);
  return missing && `${missing} is not installed (apt install mmdebstrap iproute2)`;
}

/**
 * Creates a minimal Debian.
 *
 * @param folder must not exist
 */
export async function makeDebianRoot(folder: string, mirror: string): Promise<DebianRoot> {
  const network = `alzette-${process.pid}`;
  await run('mmdebstrap', ['--quiet', '--variant=apt', RELEASE, folder, mirror]);
  copyFromMachine(folder);
  execFileSync('mount', ['-t', 'proc', 'proc', join(folder, 'proc')]);
  mkdirSync(join(folder, 'dev/shm'), { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(folder, 'dev/shm')]);
  execFileSync('ip', ['netns', 'add', network]);
  execFileSync('ip', ['-n', network, 'link', 'set', 'lo', 'up']);
  const inside = (commands: string) => {
    const shell = ['env', '-i', `PATH=${PATH}`, 'HOME=/root', 'DEBIAN_FRONTEND=noninteractive', 'LANG=C.UTF-8'];
    return ['chroot', folder, ...shell, 'bash', '-euo', 'pipefail', '-c', `cd /root; ${commands}`];
  };
  const inNetwork = ['netns', 'exec', network];
  return {
    folder,
    async run(commands, where) {
      const [program = '', ...args] = where ? ['ip', ...inNetwork, ...inside(commands)] : inside(commands);
      const { stdout } = await run(program, args, { maxBuffer: MOST_OUTPUT_BYTES });
      return stdout;
    },
    start: (commands) => spawn('ip', [...inNetwork, ...inside(commands)], { stdio: ['ignore', 'pipe', 'pipe'] }),
    remove() {
      endProcessesIn(folder);
      execFileSync('ip', ['netns', 'delete', network]);
      for (const place of ['dev/shm', 'proc']) execFileSync('umount', ['--lazy', join(folder, place)]);
      execFileSync('rm', ['-rf', '--one-file-system', folder]);
    },
  };
}

/** PostgreSQL and the mail server run on, in the folder. */
function endProcessesIn(folder: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (realpathSync(`/proc/${pid}/root`) === realpathSync(folder)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

/** Copies the settings of network and apt, for the mirror. */
function copyFromMachine(folder: string): void {
  for (const path of ['/etc/resolv.conf', '/etc/hosts']) {
    if (!existsSync(path)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(path, join(folder, path));
  }
  const apt = execFileSync('apt-config', ['dump', 'Acquire'], { encoding: 'utf8' });
  writeFileSync(join(folder, 'etc/apt/apt.conf.d/90machine'), apt);
  // The folder is deleted afterwards, so nothing has to be synced to the disk.
  writeFileSync(join(folder, 'etc/dpkg/dpkg.cfg.d/unsafe-io'), 'force-unsafe-io\n');
  // Packages must not start their service: there is no systemd.
  writeFileSync(join(folder, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
}
