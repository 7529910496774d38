import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from '../../programs.ts';

/** A Debian in a folder. It shares only the kernel and the copied files with this machine. */
export interface DebianRoot {
  /** Runs commands in it. @returns their output. @throws Error: the exit code is not 0 */
  run(commands: string, where?: 'own network'): string;
  /** Starts a command in it, in its own network. */
  start(commands: string): ChildProcess;
  remove(): void;
}

const RELEASE = 'trixie';
/** The certificate authorities that this machine trusts in addition to those of Node. */
const AUTHORITIES = '/usr/local/share/authorities-of-the-machine.crt';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Why it can't be created on this machine; undefined: it can. */
export function rootMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'chroot requires root';
  const missing = ['debootstrap', 'chroot', 'ip'].find((name) => findProgram(name) === undefined);
  return missing && `${missing} is not installed`;
}

/**
 * Creates a minimal Debian with the Node and npm of this machine.
 *
 * @param folder must not exist
 */
export function makeDebianRoot(folder: string, mirror: string): DebianRoot {
  const network = `alzette-${process.pid}`;
  execFileSync('debootstrap', ['--variant=minbase', RELEASE, folder, mirror], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  copyFromMachine(folder);
  execFileSync('mount', ['-t', 'proc', 'proc', join(folder, 'proc')]);
  mkdirSync(join(folder, 'dev/shm'), { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(folder, 'dev/shm')]);
  execFileSync('ip', ['netns', 'add', network]);
  execFileSync('ip', ['-n', network, 'link', 'set', 'lo', 'up']);
  const inside = (commands: string) => {
    const shell = ['env', '-i', `PATH=${PATH}`, 'HOME=/root', 'DEBIAN_FRONTEND=noninteractive', 'LANG=C.UTF-8'];
    return ['chroot', folder, ...shell, ...registry(), 'bash', '-euo', 'pipefail', '-c', `cd /root; ${commands}`];
  };
  const inNetwork = ['netns', 'exec', network];
  return {
    run(commands, where) {
      const [program = '', ...args] = where ? ['ip', ...inNetwork, ...inside(commands)] : inside(commands);
      return execFileSync(program, args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
        maxBuffer: 2 ** 28,
      });
    },
    start: (commands) => spawn('ip', [...inNetwork, ...inside(commands)], { stdio: ['ignore', 'pipe', 'pipe'] }),
    remove() {
      execFileSync('ip', ['netns', 'delete', network]);
      for (const place of ['dev/shm', 'proc']) execFileSync('umount', ['--lazy', join(folder, place)]);
      execFileSync('rm', ['-rf', '--one-file-system', folder]);
    },
  };
}

/** Copies Node, which a person would download from nodejs.org, and the network settings for the mirror. */
function copyFromMachine(folder: string): void {
  const npm = dirname(dirname(realpathSync(findProgram('/usr/bin/npm', 'npm') ?? '')));
  const bin = join(folder, 'usr/local/bin');
  copyFileSync(process.execPath, join(bin, 'node'));
  cpSync(npm, join(folder, 'usr/local/lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx']) symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(bin, name));
  for (const path of ['/etc/resolv.conf', '/etc/hosts']) {
    if (!existsSync(path)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(path, join(folder, path));
  }
  const authorities = process.env.NODE_EXTRA_CA_CERTS;
  if (authorities !== undefined) copyFileSync(authorities, join(folder, AUTHORITIES));
  const apt = execFileSync('apt-config', ['dump', 'Acquire'], { encoding: 'utf8' });
  writeFileSync(join(folder, 'etc/apt/apt.conf.d/90machine'), apt);
  // Packages must not start their service: there is no systemd.
  writeFileSync(join(folder, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
}

/** The package registry of npm on this machine, as environment variables. */
function registry(): string[] {
  const url = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  const trusts = process.env.NODE_EXTRA_CA_CERTS === undefined ? [] : [`NODE_EXTRA_CA_CERTS=${AUTHORITIES}`];
  return [`npm_config_registry=${url}`, ...trusts];
}
