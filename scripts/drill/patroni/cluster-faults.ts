import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster, Node } from './cluster.ts';
import type { LabHost } from './lab.ts';

/** What a fault can be done to. */
export interface ClusterScene {
  readonly cluster: Cluster;
  /** Where our processes run. */
  readonly ours: LabHost;
}

export interface ClusterFault {
  readonly what: string;
  /** Does it, and makes good what it broke. */
  act(scene: ClusterScene): Promise<void>;
}

/** So long a server stays lost: longer than a failover takes. */
const LOST_MS = 30_000;
const PAUSED_MS = 20_000;
const CUT_MS = 15_000;

async function primaryOf({ cluster }: ClusterScene): Promise<Node> {
  const primary = await cluster.primary();
  if (primary === undefined) throw new Error('there is no primary');
  return primary;
}

/** By the name that the command line takes. */
export const CLUSTER_FAULTS: Readonly<Record<string, ClusterFault>> = {
  kill: {
    what: 'the server of the primary is lost (SIGKILL of all on it), and comes back after half a minute',
    async act(scene) {
      const primary = await primaryOf(scene);
      await scene.cluster.killNode(primary);
      await pause(LOST_MS);
      await scene.cluster.startNode(primary);
    },
  },
  'kill-standby': {
    what: 'the server of a standby is lost (SIGKILL of all on it), and comes back after half a minute',
    async act({ cluster }) {
      const [standby] = await cluster.standbys();
      if (standby === undefined) throw new Error('there is no standby');
      await cluster.killNode(standby);
      await pause(LOST_MS);
      await cluster.startNode(standby);
    },
  },
  switchover: {
    what: 'a standby is made the primary, as before maintenance',
    async act({ cluster }) {
      await cluster.switchOver();
      await pause(10_000);
    },
  },
  'pause-standby': {
    what: `all on the server of a standby is stopped (SIGSTOP) for ${PAUSED_MS / 1000} s`,
    async act({ cluster }) {
      const [standby] = await cluster.standbys();
      standby?.host.signal('SIGSTOP');
      await pause(PAUSED_MS);
      standby?.host.signal('SIGCONT');
    },
  },
  'pause-standbys': {
    what: `all on the servers of both standbys is stopped (SIGSTOP) for ${PAUSED_MS / 1000} s: no commit can be answered`,
    async act({ cluster }) {
      const standbys = await cluster.standbys();
      for (const { host } of standbys) host.signal('SIGSTOP');
      await pause(PAUSED_MS);
      for (const { host } of standbys) host.signal('SIGCONT');
    },
  },
  'pause-primary': {
    what: `all on the server of the primary is stopped (SIGSTOP) for ${LOST_MS / 1000} s, and goes on while another is primary`,
    async act(scene) {
      const { host } = await primaryOf(scene);
      host.signal('SIGSTOP');
      await pause(LOST_MS);
      host.signal('SIGCONT');
    },
  },
  cut: {
    what: `the network between ours and the primary carries nothing for ${CUT_MS / 1000} s; Patroni sees nothing of it`,
    async act(scene) {
      const { host } = await primaryOf(scene);
      scene.ours.cutFrom(host.address);
      await pause(CUT_MS);
      scene.ours.heal();
    },
  },
  isolate: {
    what: `the server of the primary is cut off from everything for ${LOST_MS / 1000} s, and runs on`,
    async act(scene) {
      const { host } = await primaryOf(scene);
      host.cutFrom();
      await pause(LOST_MS);
      host.heal();
    },
  },
};
