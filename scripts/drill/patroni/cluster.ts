import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../postgres-server.ts';
import { endProgram, findProgram, unprivilegedUser } from '../../programs.ts';
import type { Lab, LabHost } from './lab.ts';

const SAMPLE = new URL('../../../docker/patroni.yml', import.meta.url);
const PASSWORD = 'drill';
const START_WITHIN_S = 180;
const COMES_BACK_WITHIN_S = 120;
const FAULT_LINES = 8;
const LAST_WORDS_MS = 200;
const ASK_WITHIN_MS = 2_000;

/** A server of the cluster: PostgreSQL with Patroni. */
export interface Node {
  readonly host: LabHost;
  readonly pid: () => number | undefined;
}

/** PostgreSQL on three servers, managed by Patroni with etcd as in docker/patroni.yml. */
export interface Cluster {
  readonly nodes: readonly Node[];
  /** Contains all servers. */
  readonly url: string;
  /** The present primary according to Patroni; undefined: there is none. */
  primary(): Promise<Node | undefined>;
  standbys(): Promise<Node[]>;
  /** kill -9 of all processes on the server, as if the machine were lost. */
  killNode(node: Node): Promise<void>;
  startNode(node: Node): Promise<void>;
  /** Makes a standby the primary. */
  switchOver(): Promise<void>;
  /** Waits until there is a primary and both others replicate from it. */
  whole(): Promise<void>;
  /** The end of Patroni's log on a server. */
  log(node: Node): string;
  stop(): Promise<void>;
}

/** Why a cluster can't be started on this machine; undefined: it can. */
export function clusterMissing(): string | undefined {
  const missing = ['patroni', 'etcd'].find((name) => findProgram(name) === undefined);
  return missing && `${missing} is not installed (apt install patroni python3-etcd etcd-server)`;
}

interface Member {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly timeline?: number;
}

/** @param bin the folder of PostgreSQL's programs. @param folder for all files of the cluster */
export async function startCluster(
  lab: Lab,
  bin: string,
  folder: string,
  say: (text: string) => void,
): Promise<Cluster> {
  const etcd = runEtcd(lab, join(folder, 'etcd'));
  try {
    await etcdAnswers(lab);
    return await startServers(lab, etcd, bin, folder, say);
  } catch (error) {
    await endProgram(etcd);
    throw error;
  }
}

// Longer than 80 lines: the setup of one cluster and its operations.
async function startServers(
  lab: Lab,
  etcd: ChildProcess,
  bin: string,
  folder: string,
  say: (text: string) => void,
): Promise<Cluster> {
  const user = unprivilegedUser('postgres') as { uid: number; gid: number }; // the lab requires root, so there is one
  await chown(folder, user.uid, user.gid);
  const sample = await readFile(SAMPLE, 'utf8');
  const logs = new Map<string, string>();
  const children = new Map<string, ChildProcess>();
  const nodes: Node[] = [];
  const addresses: string[] = [];

  const startNode = async ({ host }: Node) => {
    const own = join(folder, host.name);
    const child = host.spawn(findProgram('patroni') as string, [join(own, 'patroni.yml')], {
      ...user,
      cwd: own,
      env: { PATH: `${bin}:/usr/bin:/bin`, HOME: own, PGPASSFILE: join(own, 'pgpass'), LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.set(host.name, child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        logs.set(host.name, ((logs.get(host.name) ?? '') + chunk).slice(-50_000));
      });
    }
  };

  /** @throws Error with the end of its log: Patroni has ended */
  const mustRun = async ({ host: { name } }: Node) => {
    const child = children.get(name);
    if (child === undefined || (child.exitCode === null && child.signalCode === null)) return;
    await pause(LAST_WORDS_MS); // the pipes may still contain some
    const end = (logs.get(name) ?? '').trim().split('\n').slice(-FAULT_LINES).join('\n');
    throw new Error(`Patroni on ${name} ended with ${child.exitCode ?? child.signalCode}:\n${end}`);
  };

  for (const name of ['pg1', 'pg2', 'pg3']) {
    const host = lab.host(name);
    const own = join(folder, name);
    await mkdir(own);
    await writeFile(join(own, 'patroni.yml'), configOf(sample, host, lab, own, bin));
    await chown(own, user.uid, user.gid);
    nodes.push({ host, pid: () => children.get(name)?.pid });
    addresses.push(`${host.address}:5432`);
  }

  const members = async (): Promise<Member[]> => {
    for (const { host } of nodes) {
      const answer = await ask(host, 'cluster');
      if (answer !== undefined) return (answer as { members: Member[] }).members;
    }
    return [];
  };
  const primary = async () => {
    const roles = await Promise.all(
      nodes.map(async (node) => ({ node, status: await statusOf(node.host, 'primary') })),
    );
    return roles.find(({ status }) => status === 200)?.node;
  };
  const whole = async () => {
    let last = '';
    const isWhole = async () => {
      const now = await members();
      last = JSON.stringify(now);
      return (
        now.length === nodes.length &&
        now.filter(({ role }) => role === 'leader').length === 1 &&
        now.every(({ role, state }) => (role === 'leader' ? state === 'running' : state === 'streaming')) &&
        now.filter(({ role }) => role === 'quorum_standby' || role === 'sync_standby').length === nodes.length - 1
      );
    };
    const comesBack = await until(isWhole, 'it is whole', COMES_BACK_WITHIN_S).then(
      () => true,
      () => false,
    );
    if (comesBack) return;
    // An operator does this with a server that can't replicate any more.
    for (const { name, role, state } of await members()) {
      const node = nodes.find(({ host }) => host.name === name);
      if (role === 'leader' || state === 'streaming' || node === undefined) continue;
      say(`${name} is ${state}, and is reinitialised: ${faultsOf(logs.get(name) ?? '')}`);
      await fetch(`http://${node.host.address}:8008/reinitialize`, { method: 'POST', body: '{"force":true}' });
    }
    await until(isWhole, 'the cluster is whole', START_WITHIN_S).catch((error) => {
      const logged = nodes.map(({ host: { name } }) => `${name}: ${faultsOf(logs.get(name) ?? '')}`);
      throw new Error(`${error.message}: ${last}\n${logged.join('\n')}`);
    });
  };

  for (const [place, node] of nodes.entries()) {
    await startNode(node);
    // The first creates the cluster, the others become its replicas.
    const isThere = async () =>
      place === 0 ? (await primary()) !== undefined : (await statusOf(node.host, 'patroni')) > 0;
    const reached = place === 0 ? 'there is a primary' : `Patroni answers on ${node.host.name}`;
    await until(
      async () => {
        await mustRun(node);
        return isThere();
      },
      reached,
      START_WITHIN_S,
    );
  }
  await whole();

  return {
    nodes,
    url: `postgres://postgres:${PASSWORD}@${addresses.join(',')}/postgres?target_session_attrs=read-write`,
    primary,
    async standbys() {
      const one = await primary();
      return nodes.filter((node) => node !== one);
    },
    async killNode({ host }) {
      host.signal('SIGKILL');
      const child = children.get(host.name);
      if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
    startNode,
    async switchOver() {
      const leader = await primary();
      if (leader === undefined) throw new Error('there is no primary to switch from');
      const response = await fetch(`http://${leader.host.address}:8008/switchover`, {
        method: 'POST',
        body: JSON.stringify({ leader: leader.host.name }),
      });
      if (!response.ok) throw new Error(`switchover: ${response.status} ${await response.text()}`);
    },
    whole,
    log: ({ host }) => logs.get(host.name) ?? '',
    async stop() {
      for (const { host } of nodes) host.signal('SIGKILL');
      await endProgram(etcd);
    },
  };
}

/** The last lines of a log that report faults. */
function faultsOf(log: string): string {
  const lines = log.split('\n').filter((line) => /FATAL|PANIC|ERROR|CRITICAL/.test(line));
  return lines.slice(-FAULT_LINES).join('\n');
}

/** The sample configuration with the addresses, folders and passwords of the drill. */
function configOf(sample: string, host: LabHost, lab: Lab, own: string, bin: string): string {
  return (
    sample
      .replaceAll('10.0.0.0/24', `${lab.address}/24`)
      .replace(/hosts: 10\.0\.0\.11:2379.*/, `hosts: ${lab.address}:2379`)
      .replaceAll('10.0.0.11', host.address)
      .replace('name: pg1', `name: ${host.name}`)
      .replaceAll('change-me', PASSWORD)
      .replace('/var/lib/postgresql/17/alzette', join(own, 'data'))
      .replace('/usr/lib/postgresql/17/bin', bin)
      .replace('/var/run/postgresql', own)
      .replace('local all all peer', 'local all all trust')
      .replace('mode: automatic', 'mode: off')
      // For ten kills on a small disk: files of the write-ahead log are reused early.
      .replace('min_wal_size: 1GB', 'min_wal_size: 128MB')
      .replace('max_wal_size: 4GB', 'max_wal_size: 1GB')
  );
}

const etcdUrl = ({ address }: Lab) => `http://${address}:2379`;

function runEtcd(lab: Lab, data: string): ChildProcess {
  const clients = etcdUrl(lab);
  const peers = `http://${lab.address}:2380`;
  const args = Object.entries({
    name: 'drill',
    'data-dir': data,
    'listen-client-urls': clients,
    'advertise-client-urls': clients,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `drill=${peers}`,
    'log-level': 'error',
  }).flatMap(([name, value]) => [`--${name}`, value]);
  return spawn(findProgram('etcd') as string, args, { stdio: 'ignore' });
}

async function etcdAnswers(lab: Lab): Promise<void> {
  await until(async () => {
    const response = await fetch(`${etcdUrl(lab)}/health`).catch(() => undefined);
    await response?.body?.cancel();
    return response?.ok === true;
  }, 'etcd answers');
}

async function statusOf(host: LabHost, path: string): Promise<number> {
  const response = await fetch(`http://${host.address}:8008/${path}`, {
    signal: AbortSignal.timeout(ASK_WITHIN_MS),
  }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status ?? 0;
}

async function ask(host: LabHost, path: string): Promise<unknown> {
  try {
    const response = await fetch(`http://${host.address}:8008/${path}`, { signal: AbortSignal.timeout(ASK_WITHIN_MS) });
    return await response.json();
  } catch {
    await pause(100);
    return undefined;
  }
}
