import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresServer } from '../postgres-server.ts';
import { findProgram } from '../programs.ts';
import type { BrokerProcess } from './broker-process.ts';
import { hasFaketime } from './broker-process.ts';
import type { Behaviour, Subscriber } from './flow.ts';
import type { PostgresProxy } from './postgres-proxy.ts';
import { lockTable } from './stored.ts';

/** The parts that a fault can affect. */
export interface FaultTargets {
  readonly postgres: PostgresServer;
  readonly proxy: PostgresProxy;
  readonly brokers: readonly BrokerProcess[];
  readonly subscribers: readonly Subscriber[];
  /** A subscriber that is notified at most once a second. */
  readonly throttled: { notifications(): number };
  /** Adds a sentence about a promise that was broken. */
  broken(sentence: string): void;
}

export interface Fault {
  readonly what: string;
  /** Why it can't be injected on this machine; undefined: it can. */
  missing?(): string | undefined;
  /** Injects the fault and repairs what it broke. @param nth how many times it was injected before */
  act(targets: FaultTargets, nth: number): Promise<void>;
}

const DAY_S = 86_400;
const JUMPS_S: readonly number[] = [-2, 3600, 2 * DAY_S, -60, -3600, 5 * DAY_S, -2, -1800];
const jumpOf = (nth: number) => JUMPS_S[nth % JUMPS_S.length] as number;
/** How many of so many clock faults are corrected by more than a day. */
export const longJumps = (times: number) =>
  Array.from({ length: times }, (_, nth) => jumpOf(nth)).filter((jump) => Math.abs(jump) > DAY_S).length;
/** A subscription that is throttled to a second is notified twice within this time after any correction. */
const NOT_SILENT_MS = 20_000;
const LOCK_MS = 4_000;
const LONG_LOCK_MS = 14_000;
const STOPPED_MS = 5_000;
const SILENT_MS = 8_000;
const STUTTERS = 30;
const BAD_MS = 4_000;
const AWAY_MS = 15_000;

function inTurn(brokers: readonly BrokerProcess[], nth: number): BrokerProcess {
  return brokers[nth % brokers.length] as BrokerProcess;
}

/** Signals the process that accepts connections. */
function signalServer({ pid }: PostgresServer, signal: NodeJS.Signals): void {
  process.kill(pid, signal);
}

/** Signals all processes of a PostgreSQL server. */
function signalAll({ pid }: PostgresServer, signal: NodeJS.Signals): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean);
  for (const each of [pid, ...children.map(Number)]) {
    try {
      process.kill(each, signal);
    } catch {
      // It has exited meanwhile.
    }
  }
}

/** By the name on the command line. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  minute: {
    what: 'no fault for a minute: memory must not grow',
    act: () => pause(60_000),
  },
  kill: {
    what: 'a broker is killed (SIGKILL) and started again',
    async act({ brokers }, nth) {
      const broker = inTurn(brokers, nth);
      await broker.kill();
      await broker.start();
    },
  },
  restart: {
    what: 'PostgreSQL is restarted, every second time as after a crash (SIGQUIT)',
    act: ({ postgres }, nth) => postgres.restart(nth % 2 === 0 ? 'SIGINT' : 'SIGQUIT'),
  },
  'lost-answer': {
    what: 'a write is committed, and its answer is lost with the connection',
    async act({ proxy }) {
      if (!(await proxy.loseAnswer(10_000))) throw new Error('no write was sent within 10 s');
    },
  },
  cut: {
    what: 'all connections to PostgreSQL are cut, also during statements',
    async act({ proxy }) {
      proxy.cutAll();
    },
  },
  lock: {
    what: `the table of entities is locked for ${LOCK_MS / 1000} s`,
    act: ({ postgres }) => lockTable(postgres.url, 'entity', LOCK_MS),
  },
  'long-lock': {
    what: `the table of entities is locked for ${LONG_LOCK_MS / 1000} s`,
    act: ({ postgres }) => lockTable(postgres.url, 'entity', LONG_LOCK_MS),
  },
  freeze: {
    what: `the process of PostgreSQL that accepts connections is stopped (SIGSTOP) for ${STOPPED_MS / 1000} s`,
    async act({ postgres }) {
      signalServer(postgres, 'SIGSTOP');
      await pause(STOPPED_MS);
      signalServer(postgres, 'SIGCONT');
    },
  },
  stall: {
    what: `all processes of PostgreSQL are stopped (SIGSTOP) for ${STOPPED_MS / 1000} s`,
    async act({ postgres }) {
      signalAll(postgres, 'SIGSTOP');
      await pause(STOPPED_MS);
      signalAll(postgres, 'SIGCONT');
    },
  },
  stutter: {
    what: `PostgreSQL runs a tenth of the time for ${STUTTERS * 0.33} s, as on a disk that hangs`,
    async act({ postgres }) {
      for (let nth = 0; nth < STUTTERS; nth++) {
        signalAll(postgres, 'SIGSTOP');
        await pause(300);
        signalAll(postgres, 'SIGCONT');
        await pause(30);
      }
    },
  },
  network: {
    what: `the network to PostgreSQL transfers nothing for ${SILENT_MS / 1000} s, and no connection is closed`,
    act: ({ proxy }) => proxy.silence(SILENT_MS),
  },
  'stop-locked': {
    what: 'a broker is stopped (SIGTERM) while the table of entities is locked',
    async act({ postgres, brokers }, nth) {
      const broker = inTurn(brokers, nth);
      const lock = lockTable(postgres.url, 'entity', LONG_LOCK_MS);
      await pause(1000);
      await broker.stop();
      await lock;
      await broker.start();
    },
  },
  'stop-stalled': {
    what: 'a broker is stopped (SIGTERM) while all processes of PostgreSQL are stopped (SIGSTOP)',
    async act({ postgres, brokers }, nth) {
      const broker = inTurn(brokers, nth);
      signalAll(postgres, 'SIGSTOP');
      await pause(1000);
      await broker.stop();
      signalAll(postgres, 'SIGCONT');
      await broker.start();
    },
  },
  away: {
    what: `PostgreSQL has crashed and is away for ${AWAY_MS / 1000} s`,
    async act({ postgres }) {
      await postgres.crash();
      await pause(AWAY_MS);
      await postgres.restart();
    },
  },
  'stop-away': {
    what: 'a broker is stopped (SIGTERM) while PostgreSQL is away',
    async act({ postgres, brokers }, nth) {
      const broker = inTurn(brokers, nth);
      await postgres.crash();
      await broker.stop();
      await postgres.restart();
      await broker.start();
    },
  },
  receiver: {
    what: `an endpoint is slow, fails, resets connections or does not answer for ${BAD_MS / 1000} s`,
    async act({ subscribers }, nth) {
      const behaviours: readonly Behaviour[] = ['slow', 'failing', 'resetting', 'silent'];
      const subscriber = subscribers[nth % subscribers.length];
      subscriber?.behave(behaviours[nth % behaviours.length] as Behaviour);
      await pause(BAD_MS);
      subscriber?.behave('good');
    },
  },
  clock: {
    what: 'the clock of a broker goes wrong by seconds, a minute, an hour or days, forward or back, and is corrected',
    missing: () => (hasFaketime() ? undefined : 'faketime is not installed'),
    async act({ brokers, throttled, broken }, nth) {
      const broker = inTurn(brokers, nth);
      broker.setClock(jumpOf(nth));
      await pause(3000);
      if (nth % 3 === 2) {
        await broker.kill();
        if (nth % 2 === 0) broker.setClock(0);
        await broker.start();
      }
      await pause(1000);
      broker.setClock(0);
      const before = throttled.notifications();
      const deadline = performance.now() + NOT_SILENT_MS;
      while (throttled.notifications() < before + 2 && performance.now() < deadline) await pause(100);
      if (throttled.notifications() < before + 2)
        broken(`silent: a throttled subscription, after the clock had been wrong by ${jumpOf(nth)} s`);
    },
  },
  rolling: {
    what: 'the brokers are stopped (SIGTERM) and started again in turn, behind nginx',
    missing: () => (findProgram('nginx') === undefined ? 'nginx is not installed' : undefined),
    async act({ brokers }, nth) {
      const broker = inTurn(brokers, nth);
      await broker.stop();
      await broker.start();
      await pause(2500); // nginx may skip a restarted broker for this time
    },
  },
};
