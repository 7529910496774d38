import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];
const SOCKETS = '/proc/self/fd';
const LISTENING = '0A';

/**
 * How many connections to this port the system has accepted and this process has not taken from the queue of its listening sockets.
 * Undefined: only Linux tells.
 */
export function queuedConnections(port: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const own = ownSockets();
    let queued = 0;
    for (const table of TABLES) {
      for (const line of readFileSync(table, 'latin1').split('\n')) {
        // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
        const [, local = '', , state, queues = '', , , , , inode = ''] = line.trim().split(/\s+/);
        if (state !== LISTENING || !own.has(inode)) continue;
        if (Number.parseInt(local.split(':')[1] ?? '', 16) !== port) continue;
        queued += Number.parseInt(queues.split(':')[1] ?? '0', 16);
      }
    }
    return queued;
  } catch {
    return undefined; // without /proc
  }
}

/** The numbers of the sockets of this process. */
function ownSockets(): ReadonlySet<string> {
  const sockets = new Set<string>();
  for (const descriptor of readdirSync(SOCKETS)) {
    try {
      const number = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${SOCKETS}/${descriptor}`))?.[1];
      if (number !== undefined) sockets.add(number);
    } catch {
      // It was closed meanwhile.
    }
  }
  return sockets;
}
