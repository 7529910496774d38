import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];
const SOCKETS = '/proc/self/fd';
const LISTENING = '0A';
/** The system returns a page at a time. */
const PAGE_BYTES = 4096;

/**
 * The connections to a port that the system has accepted, and that this process has not taken from the queue of its listening
 * socket. Its place is looked up once, because the socket is closed right after a look: the longer a look takes, the more
 * connections can come in between.
 */
export class AcceptQueue {
  readonly #sockets: readonly { readonly table: string; readonly inode: string }[];

  constructor(port: number) {
    this.#sockets = process.platform === 'linux' ? listeningSockets(port) : [];
  }

  /** How many wait. Undefined: only Linux tells. */
  get length(): number | undefined {
    if (this.#sockets.length === 0) return undefined;
    try {
      let queued = 0;
      for (const { table, inode } of this.#sockets) {
        for (const fields of linesOf(table)) {
          if (fields.inode !== inode) continue;
          queued += fields.queued;
          break; // without reading the other connections of the machine
        }
      }
      return queued;
    } catch {
      return undefined;
    }
  }
}

function listeningSockets(port: number) {
  try {
    const own = ownSockets();
    return TABLES.flatMap((table) => {
      const found: { table: string; inode: string }[] = [];
      for (const { inode, port: of, isListening } of linesOf(table)) {
        if (!isListening) break; // these come first
        if (of === port && own.has(inode)) found.push({ table, inode });
      }
      return found;
    });
  } catch {
    return []; // without /proc
  }
}

interface TableLine {
  readonly inode: string;
  readonly port: number;
  readonly isListening: boolean;
  readonly queued: number;
}

/** The lines of a table, which is read as far as they are taken. */
function* linesOf(table: string): Generator<TableLine> {
  const file = openSync(table, 'r');
  try {
    const page = Buffer.alloc(PAGE_BYTES);
    let text = '';
    let isTitle = true;
    for (;;) {
      const bytes = readSync(file, page);
      if (bytes === 0) return;
      const lines = (text + page.toString('latin1', 0, bytes)).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        if (isTitle) isTitle = false;
        else yield lineOf(line);
      }
    }
  } finally {
    closeSync(file);
  }
}

function lineOf(line: string): TableLine {
  // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
  const [, local = '', , state, queues = '', , , , , inode = ''] = line.trim().split(/\s+/);
  return {
    inode,
    port: Number.parseInt(local.split(':')[1] ?? '', 16),
    isListening: state === LISTENING,
    queued: Number.parseInt(queues.split(':')[1] ?? '0', 16),
  };
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
