import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from '../../programs.ts';

/** A Debian in a folder, with nothing in common with this machine but its kernel and what is copied into it. */
export interface DebianRoot {
  /** Runs commands in it, and shows what they write. @returns what they wrote. @throws Error: they ended with another code than 0 */
  run(commands: string, where?: 'own network'): string;
  /** Starts a command in it, on its own network. */
  start(commands: string): ChildProcess;
  remove(): void;
}

const RELEASE = 'trixie';
/** Authorities that this machine trusts beside those of Node. */
const AUTHORITIES = '/usr/local/share/authorities-of-the-machine.crt';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Why there can be none on this machine. */
export function rootMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'a root of its own takes root';
  const missing = ['debootstrap', 'chroot', 'ip'].find((name) => findProgram(name) === undefined);
  return missing && `${missing} is not installed`;
}

/**
 * Makes the smallest Debian that there is, with our Node and npm.
 *
 * @param folder must not exist
 */
export function makeDebianRoot(folder: string, mirror: string): DebianRoot {
  const network = `alzette-${process.pid}`;
  execFileSync('debootstrap', ['--variant=minbase', RELEASE, folder, mirror], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  bringAlong(folder);
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

/** What a person would get from nodejs.org, and how this machine reaches the mirror. */
function bringAlong(folder: string): void {
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
  // No service starts while its package is installed: there is no systemd.
  writeFileSync(join(folder, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
}

/** Where npm gets packages from on this machine. */
function registry(): string[] {
  const url = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  const trusts = process.env.NODE_EXTRA_CA_CERTS === undefined ? [] : [`NODE_EXTRA_CA_CERTS=${AUTHORITIES}`];
  return [`npm_config_registry=${url}`, ...trusts];
}
