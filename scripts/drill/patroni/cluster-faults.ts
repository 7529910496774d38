import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster, Node } from './cluster.ts';
import type { LabHost } from './lab.ts';

/** The parts that a fault can affect. */
export interface ClusterTargets {
  readonly cluster: Cluster;
  /** The host of our processes. */
  readonly ours: LabHost;
}

export interface ClusterFault {
  readonly what: string;
  /** Injects the fault and repairs what it broke. */
  act(targets: ClusterTargets): Promise<void>;
}

/** How long a server stays lost: longer than a failover. */
const LOST_MS = 30_000;
const PAUSED_MS = 20_000;
const CUT_MS = 15_000;

async function primaryOf({ cluster }: ClusterTargets): Promise<Node> {
  const primary = await cluster.primary();
  if (primary === undefined) throw new Error('there is no primary');
  return primary;
}

/** By the name on the command line. */
export const CLUSTER_FAULTS: Readonly<Record<string, ClusterFault>> = {
  kill: {
    what: 'the server of the primary is lost (SIGKILL of all its processes), and returns after half a minute',
    async act(targets) {
      const primary = await primaryOf(targets);
      await targets.cluster.killNode(primary);
      await pause(LOST_MS);
      await targets.cluster.startNode(primary);
    },
  },
  'kill-standby': {
    what: 'the server of a standby is lost (SIGKILL of all its processes), and returns after half a minute',
    async act({ cluster }) {
      const [standby] = await cluster.standbys();
      if (standby === undefined) throw new Error('there is no standby');
      await cluster.killNode(standby);
      await pause(LOST_MS);
      await cluster.startNode(standby);
    },
  },
  switchover: {
    what: 'a standby becomes the primary, as before maintenance',
    async act({ cluster }) {
      await cluster.switchOver();
      await pause(10_000);
    },
  },
  'pause-standby': {
    what: `all processes on the server of a standby are stopped (SIGSTOP) for ${PAUSED_MS / 1000} s`,
    async act({ cluster }) {
      const [standby] = await cluster.standbys();
      standby?.host.signal('SIGSTOP');
      await pause(PAUSED_MS);
      standby?.host.signal('SIGCONT');
    },
  },
  'pause-standbys': {
    what: `all processes on the servers of both standbys are stopped (SIGSTOP) for ${PAUSED_MS / 1000} s: no commit can be answered`,
    async act({ cluster }) {
      const standbys = await cluster.standbys();
      for (const { host } of standbys) host.signal('SIGSTOP');
      await pause(PAUSED_MS);
      for (const { host } of standbys) host.signal('SIGCONT');
    },
  },
  'pause-primary': {
    what: `all processes on the server of the primary are stopped (SIGSTOP) for ${LOST_MS / 1000} s; they continue when there is another primary`,
    async act(targets) {
      const { host } = await primaryOf(targets);
      host.signal('SIGSTOP');
      await pause(LOST_MS);
      host.signal('SIGCONT');
    },
  },
  cut: {
    what: `the network between our processes and the primary transfers nothing for ${CUT_MS / 1000} s; Patroni does not notice it`,
    async act(targets) {
      const { host } = await primaryOf(targets);
      targets.ours.cutFrom(host.address);
      await pause(CUT_MS);
      targets.ours.heal();
    },
  },
  isolate: {
    what: `the server of the primary is isolated for ${LOST_MS / 1000} s, and keeps running`,
    async act(targets) {
      const { host } = await primaryOf(targets);
      host.cutFrom();
      await pause(LOST_MS);
      host.heal();
    },
  },
};
