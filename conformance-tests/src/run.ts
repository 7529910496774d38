import { performance } from 'node:perf_hooks';
import { Agent } from 'undici';
import { byNumber, type Case, type Clause, isSelected } from './clause.ts';
import { clauses } from './clauses/index.ts';
import { Mismatch, Skipped, summary } from './mismatch.ts';
import { Broker, type BrokerSettings } from './rig/broker.ts';
import { ContextServer } from './rig/context-server.ts';
import { asCurl } from './rig/exchange.ts';
import { NotificationReceiver } from './rig/notification-receiver.ts';
import type { Rig } from './rig/rig.ts';
import { Sources } from './rig/sources.ts';
import { chooseTenant } from './tenant.ts';
import type { CaseVerdict, ClauseVerdict, RunVerdict } from './verdict.ts';

export interface RunOptions {
  /** Base URL of the broker, with or without `/ngsi-ld/v1`. */
  readonly url: string;
  readonly only?: readonly string[] | undefined;
  /** The tenant to use; default a new one if the broker supports tenants. */
  readonly tenant?: string | undefined;
  readonly headers?: { readonly [name: string]: string };
  /** The timeout of answers and notifications. Default 5000. */
  readonly timeoutMs?: number | undefined;
  /** The host by which the broker reaches this machine. Default 127.0.0.1. */
  readonly contextHost?: string | undefined;
  /** Concurrent cases. Default 8. */
  readonly jobs?: number | undefined;
  /** Called for each clause in the order of the standard, when it and all earlier ones are finished. */
  readonly onClause?: (verdict: ClauseVerdict) => void;
}

/** The URL does not answer at all. */
export class Unreachable extends Error {}

/**
 * Runs the cases of the selected clauses.
 *
 * @throws Unreachable
 */
export async function run(options: RunOptions): Promise<RunVerdict> {
  const { timeoutMs = 5000, contextHost = '127.0.0.1', jobs = 8 } = options;
  const root = options.url.replace(/\/+$/, '').replace(/\/ngsi-ld\/v1$/, '');
  const agent = new Agent({ connections: jobs * 2 });
  const plain: BrokerSettings = { root, headers: options.headers ?? {}, timeoutMs };
  const started = new Date();
  try {
    const choice = await reached(new Broker({ ...plain, tenant: options.tenant }, agent), options.tenant);
    const settings = { ...plain, tenant: choice.tenant };
    const contexts = await ContextServer.start(contextHost);
    const receiver = await NotificationReceiver.start(contextHost, timeoutMs);
    const sources = await Sources.start(contextHost);
    try {
      const selected = clauses.filter(({ number }) => isSelected(number, options.only)).sort(byNumber);
      const verdicts = await judgeAll(selected, jobs, options.onClause, (one) =>
        judge(one, new Broker(settings, agent), { contexts, receiver, sources }),
      );
      return {
        url: root,
        tenant: choice,
        started: started.toISOString(),
        durationMs: Date.now() - +started,
        clauses: verdicts,
      };
    } finally {
      await contexts.close();
      await receiver.close();
      await sources.close();
    }
  } finally {
    await agent.close();
  }
}

async function reached(broker: Broker, tenant: string | undefined): ReturnType<typeof chooseTenant> {
  try {
    await broker.get('/entities', { query: { type: 'Nothing', limit: 1 } });
  } catch (cause) {
    throw new Unreachable(`${broker.settings.root} can't be reached: ${(cause as Error).message}`, { cause });
  }
  return chooseTenant(broker, tenant);
}

/** Runs `jobs` cases concurrently, from all clauses, and reports clauses in order. */
async function judgeAll(
  selected: readonly Clause[],
  jobs: number,
  onClause: ((verdict: ClauseVerdict) => void) | undefined,
  work: (one: Case) => Promise<CaseVerdict>,
): Promise<ClauseVerdict[]> {
  const waiting = selected.flatMap((clause) => clause.cases.map((one) => ({ clause, one })));
  const done = new Map<Case, CaseVerdict>();
  const verdicts: ClauseVerdict[] = [];
  const tellFinished = () => {
    for (
      let next = selected[verdicts.length];
      next?.cases.every((one) => done.has(one));
      next = selected[verdicts.length]
    ) {
      const { number, title } = next;
      const verdict = { number, title, cases: next.cases.map((one) => done.get(one) as CaseVerdict) };
      verdicts.push(verdict);
      onClause?.(verdict);
    }
  };
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      done.set(next.one, await work(next.one));
      tellFinished();
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return verdicts;
}

async function judge({ id, sentence, work }: Case, broker: Broker, rig: Rig): Promise<CaseVerdict> {
  const start = performance.now();
  const ended = () => ({ id, sentence, durationMs: Math.round(performance.now() - start) });
  try {
    await work(broker, rig);
    return { ...ended(), outcome: 'passed' };
  } catch (fault) {
    if (fault instanceof Skipped) return { ...ended(), outcome: 'skipped', reason: fault.message };
    return { ...ended(), outcome: 'failed', ...describeFault(fault, broker) };
  } finally {
    await broker.cleanUp().catch(() => {});
  }
}

function describeFault(fault: unknown, broker: Broker): { expected: string; got: string; request: string } {
  const request = fault instanceof Mismatch && fault.request ? fault.request : broker.lastRequest;
  const curl = request === undefined ? 'none was sent' : asCurl(request);
  if (fault instanceof Mismatch) return { expected: fault.expected, got: fault.got, request: curl };
  const last = broker.last === undefined ? '' : `: ${summary(broker.last)}`;
  return { expected: 'an answer this case can read', got: `${(fault as Error).message}${last}`, request: curl };
}
