import type { Job } from '@alzette/kit/jobs';
import type { Override } from '../contract/contract.ts';
import type { LightingParts } from '../parts.ts';
import { SERVICE, withActs } from './acts.ts';
import { lampCommands } from './lamp-commands.ts';
import {
  askerOfOverride,
  closeOverride,
  findOverride,
  findReturning,
  markBegun,
  markReturned,
  markSent,
} from './override-rows.ts';

export interface OverrideJob {
  readonly tenant: string;
  readonly override: string;
}

export interface GroupJob extends OverrideJob {
  /** The number of lamps of the groups before. */
  readonly sent?: number;
}

/**
 * Sends the command to the next group of lamps, with the rights of who asked, and schedules the group after it. Repeated
 * after a crash, it sends to one group twice, which is harmless.
 */
export async function sendNextGroup(
  parts: LightingParts,
  { tenant, override: id, sent: before }: GroupJob,
  send: Job<GroupJob>,
): Promise<void> {
  const { db, client, clientAs, context } = parts;
  const override = await findOverride(db, tenant, id);
  if (override === undefined || (before !== undefined && override.sent > before)) return;
  const { lamps, command, level, sent, begun, pace, state } = override;
  if (state === 'ended') return returnGroup(parts, tenant, override, begun);
  const upTo = Math.min(lamps.length, sent + (pace?.lamps ?? lamps.length));
  if (state !== 'active' || sent >= lamps.length || !(await markBegun(db, tenant, id, upTo))) return;
  const group = lamps.slice(sent, upTo);
  const { grant } = await askerOfOverride(db, tenant, id);
  const author = clientAs(grant, { isAdmitted: true });
  const refused = await lampCommands({ client, author, context, tenant }).send(group, command, level);
  const isActive = await withActs(parts, tenant, async (tx, record) => {
    if (!(await markSent(tx, tenant, id, upTo, ['active']))) return false;
    await record(id, {
      actor: SERVICE,
      action: 'sendGroup',
      details: { from: sent + 1, to: upTo, refused: refused.size },
    });
    if (pace && upTo < lamps.length) {
      const after = new Date(Date.now() + pace.everyS * 1000);
      await send.enqueue({ tenant, override: id, sent: upTo }, { after, tx });
    }
    return true;
  });
  if (!isActive) await returnGroup(parts, tenant, override, upTo, refused);
}

/** The override ended while a group was sent to, so that group must return to its programme now. */
async function returnGroup(
  { db, client, context }: LightingParts,
  tenant: string,
  { id, lamps, command, sent }: Override,
  upTo: number,
  refused: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const group = lamps.slice(sent, upTo).filter((lamp) => !refused.has(lamp));
  if (group.length === 0) return;
  await lampCommands({ client, context, tenant }).send(group, command, 'programme');
  await markSent(db, tenant, id, upTo);
}

/**
 * Returns the lamps that may have received a command to their programme, also if its author has lost the right to command
 * them. Repeated after a crash it tells all of them again, and after that it has no further effect.
 */
export async function endOverride(
  parts: LightingParts,
  { tenant, override: id }: OverrideJob,
  by: string = SERVICE,
): Promise<void> {
  const { db, client, context } = parts;
  await withActs(parts, tenant, async (tx, record) => {
    if (await closeOverride(tx, tenant, id)) await record(id, { actor: by, action: 'endOverride' });
  });
  const ended = await findReturning(db, tenant, id);
  if (ended === undefined) return;
  const commands = lampCommands({ client, context, tenant });
  const many = Math.max(ended.sent, ended.begun);
  const commanded = ended.lamps.slice(0, many);
  const untold = ended.lamps.slice(many);
  if (commanded.length > 0) await commands.send(commanded, ended.command, 'programme');
  if (untold.length > 0) await commands.mark(untold, ended.command, 'EXPIRED');
  await markReturned(db, tenant, id);
}
