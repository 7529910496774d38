import { randomUUID } from 'node:crypto';
import { actor, type Caller, sender } from '@alzette/kit/access';
import { documentsInBody, judged, judgeOf, listed, named, readable } from '@alzette/kit/objects';
import { conflict, denied } from '@alzette/kit/problems';
import type { Handlers, RequestOf } from '@alzette/kit/serve';
import type { Override, OverrideContract } from '../contract/contract.ts';
import { InvalidInput } from '../input/invalid-input.ts';
import type { LightingParts } from '../parts.ts';
import { LEVELS, ofLighting } from '../rights/lighting-kind.ts';
import { listActs, withActs } from './acts.ts';
import { countLamps } from './command-limit.ts';
import { readCommand } from './command-name.ts';
import { lampCommands } from './lamp-commands.ts';
import { makeOverride, type OverrideJobs } from './make-override.ts';
import { overrideKind } from './override-kind.ts';
import {
  askerOfOverride,
  decideOverride,
  findOverride,
  keepApproval,
  listOverrides,
  type NewOverride,
  readApproval,
} from './override-rows.ts';
import { checkHasPerson, checkSecondPerson } from './second-person.ts';
import { endOverride } from './send-override.ts';

const OVERRIDE_COMMAND = 'dim';
const LONGEST_MS = 24 * 3_600_000;
const NO_RIGHT = 'there is no such lamp, or you lack the right to command it';

type Operations = OverrideContract['operations'];

export function overrideHandlers(parts: LightingParts, jobs: OverrideJobs): Handlers<OverrideContract> {
  const { db } = parts;
  const kind = overrideKind(parts);
  return {
    ...makeHandler(parts, jobs),
    list: {
      objects: listed(kind),
      handle: async (request) => ({
        overrides: await readable(request, kind, await listOverrides(db, request.tenant)),
      }),
    },
    override: {
      objects: named(kind),
      handle: async (request) => ({
        ...(judged(request, kind) as Override), // found by its id
        acts: await listActs(db, request.tenant, request.params.id),
      }),
    },
    ...decisionHandlers(parts, jobs),
    policy: {
      objects: ofLighting(parts, LEVELS),
      handle: async ({ tenant }) => ({ approvalFrom: await readApproval(db, tenant) }),
    },
    async setPolicy({ tenant, body }) {
      await keepApproval(db, tenant, body.approvalFrom);
      return body;
    },
  };
}

/** An override that a request would make of the lamps that its sender may command, and the others. */
type AskedOverride = Omit<NewOverride, 'state'> & { readonly refused: readonly string[] };

function makeHandler(parts: LightingParts, jobs: OverrideJobs): Handlers<OverrideContract, 'make'> {
  const kind = overrideKind(parts);
  const asked = async (request: RequestOf<Operations['make']>): Promise<AskedOverride[]> => {
    const { body } = request;
    const until = readEnd(body.until);
    const command = await readCommand(parts, body.command, OVERRIDE_COMMAND);
    const all = [...new Set(body.lamps)];
    const refused = await judgeOf(request).refused('write', all, [command]);
    const lamps = all.filter((lamp) => !refused.has(lamp));
    if (lamps.length === 0) throw denied(`Lacking: the right to write "${command}" of any of these lamps`);
    const author = actor(parts.callerOf(request));
    const { level, reason, pace = null } = body;
    return [{ level, reason, pace, until, command, lamps, id: randomUUID(), author, refused: [...refused] }];
  };
  return {
    make: {
      objects: documentsInBody(kind, asked),
      async handle(request) {
        const { refused, ...given } = judged(request, kind) as AskedOverride; // from `asked`
        const caller = parts.callerOf(request);
        const isWaiting = await needsApproval(parts, caller, given.lamps);
        if (isWaiting) checkHasPerson(caller);
        const asker = { grant: parts.authorOf(request), person: caller.person ?? null };
        const override: NewOverride = { ...given, state: isWaiting ? 'waiting' : 'active' };
        const failed = await makeOverride(parts, jobs, { tenant: request.tenant, override, asker });
        const { id, state, level, until, reason, lamps } = override;
        const reasons = Object.fromEntries([...refused.map((lamp) => [lamp, NO_RIGHT]), ...failed]);
        return { id, state, level, until, reason, lamps: lamps.length, refused: reasons };
      },
    },
  };
}

/** Whether a second person must approve, by the lamps that the caller commands now and has in the last minutes. */
async function needsApproval({ db }: LightingParts, caller: Caller, lamps: readonly string[]): Promise<boolean> {
  if (caller.kind !== 'open') return !(await countLamps(db, caller.tenant, { sender: sender(caller), lamps }));
  // Callers can't be distinguished, so nothing is summed.
  const approvalFrom = await readApproval(db, caller.tenant);
  return approvalFrom !== null && lamps.length >= approvalFrom;
}

function decisionHandlers(
  parts: LightingParts,
  { send, end }: OverrideJobs,
): Handlers<OverrideContract, 'approve' | 'reject' | 'end'> {
  const { db } = parts;
  const kind = overrideKind(parts);
  const decide = async (request: RequestOf<Operations['approve']>, state: 'active' | 'rejected'): Promise<Override> => {
    const { tenant } = request;
    const { id } = request.params;
    const by = actor(parts.callerOf(request));
    await withActs(parts, tenant, async (tx, record) => {
      if (!(await decideOverride(tx, tenant, id, state, by)))
        throw conflict('it does not wait for approval', 'decided');
      await record(id, { actor: by, action: state === 'active' ? 'approve' : 'reject' });
      if (state === 'active') await send.enqueue({ tenant, override: id, sent: 0 }, { tx });
    });
    return (await findOverride(db, tenant, id)) as Override; // found before
  };
  return {
    approve: {
      objects: named(kind),
      async handle(request) {
        const { id, until } = judged(request, kind) as Override; // found by its id
        checkSecondPerson((await askerOfOverride(db, request.tenant, id)).person, parts.callerOf(request));
        if (Date.parse(until) <= Date.now()) throw conflict('it has already ended', 'decided');
        return decide(request, 'active');
      },
    },
    reject: {
      objects: named(kind),
      async handle(request) {
        const { tenant } = request;
        const { id, lamps, command } = judged(request, kind);
        const rejected = await decide(request, 'rejected');
        await end.cancel(id);
        await lampCommands({ client: parts.client, context: parts.context, tenant }).mark(lamps, command, 'EXPIRED');
        return rejected;
      },
    },
    end: {
      objects: named(kind),
      async handle(request) {
        const { id } = judged(request, kind);
        await endOverride(parts, { tenant: request.tenant, override: id }, actor(parts.callerOf(request)));
        await end.cancel(id);
      },
    },
  };
}

function readEnd(text: string): string {
  const at = Date.parse(text);
  const now = Date.now();
  if (at > now && at <= now + LONGEST_MS) return new Date(at).toISOString();
  throw new InvalidInput('until', text, 'a time within the next 24 hours, ISO 8601');
}
