import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { findProgram } from '../../programs.ts';

/** A host with its own network: a network namespace of Linux. */
export interface LabHost {
  readonly name: string;
  readonly address: string;
  spawn(program: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Signals all processes on it. */
  signal(signal: NodeJS.Signals): void;
  /** Drops all packets to and from these addresses from now on. Without addresses: all packets. */
  cutFrom(...addresses: string[]): void;
  heal(): void;
}

export interface Lab {
  /** The address of this machine in the network of the lab. */
  readonly address: string;
  host(name: string): LabHost;
  close(): void;
}

/** Why a lab can't be created on this machine; undefined: it can. */
export function labMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces require root';
  const missing = ['ip', 'nft'].find((name) => findProgram(name) === undefined);
  if (missing !== undefined) return `${missing} is not installed (apt install iproute2 nftables)`;
  try {
    execFileSync('unshare', ['-n', 'true'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'network namespaces are not allowed here';
  }
}

// Longer than 80 lines: a network, and the operations on its hosts.
/** Creates a network for drills, separate from that of the machine. `close` removes it with all its hosts. */
export function makeLab(): Lab {
  const mark = `alz${process.pid % 10_000}`;
  const ip = findProgram('ip') as string; // see labMissing
  const nft = findProgram('nft') as string;
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const subnet = `10.199.${process.pid % 250}`;
  const address = `${subnet}.1`;
  run(ip, 'link', 'add', mark, 'type', 'bridge');
  run(ip, 'address', 'add', `${address}/24`, 'dev', mark);
  run(ip, 'link', 'set', mark, 'up');
  const namespaces: string[] = [];

  const host = (name: string): LabHost => {
    const space = `${mark}-${name}`;
    const link = `${mark}${namespaces.length}`;
    const own = `${subnet}.${11 + namespaces.length}`;
    run(ip, 'netns', 'add', space);
    namespaces.push(space);
    const inside = (...args: string[]) => run(ip, 'netns', 'exec', space, ...args);
    run(ip, 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
    run(ip, 'link', 'set', link, 'master', mark, 'up');
    inside(ip, 'address', 'add', `${own}/24`, 'dev', 'eth0');
    inside(ip, 'link', 'set', 'eth0', 'up');
    inside(ip, 'link', 'set', 'lo', 'up');
    const heal = () => inside(nft, 'flush', 'ruleset');
    return {
      name,
      address: own,
      // Each program replaces itself with the next one (exec), so the child is the program itself.
      spawn: (program, args, options = {}) => {
        const { uid, gid, ...rest } = options;
        const as = uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
        return spawn(ip, ['netns', 'exec', space, ...as, program, ...args], rest);
      },
      signal(signal) {
        const pids = execFileSync(ip, ['netns', 'pids', space], { encoding: 'utf8' }).split('\n').filter(Boolean);
        for (const pid of pids) {
          try {
            process.kill(Number(pid), signal);
          } catch {
            // It has exited meanwhile.
          }
        }
      },
      cutFrom(...addresses) {
        const which = addresses.length === 0 ? [''] : addresses;
        const rules = which.flatMap((each) => [
          `add rule inet cut out oifname eth0 ${each && `ip daddr ${each}`} drop`,
          `add rule inet cut in iifname eth0 ${each && `ip saddr ${each}`} drop`,
        ]);
        inside(
          nft,
          [
            'add table inet cut',
            'add chain inet cut out { type filter hook output priority 0; }',
            'add chain inet cut in { type filter hook input priority 0; }',
            ...rules,
          ].join('; '),
        );
      },
      heal,
    };
  };

  return {
    address,
    host,
    close() {
      for (const space of namespaces) {
        try {
          const pids = execFileSync(ip, ['netns', 'pids', space], { encoding: 'utf8' }).split('\n').filter(Boolean);
          for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
        } catch {
          // No process is left in it.
        }
        run(ip, 'netns', 'del', space);
      }
      run(ip, 'link', 'del', mark);
    },
  };
}
