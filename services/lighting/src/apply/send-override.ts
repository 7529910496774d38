import type { Job } from '@alzette/kit/jobs';
import type { LightingParts } from '../parts.ts';
import { SERVICE, withActs } from './acts.ts';
import { lampCommands } from './lamp-commands.ts';
import { askerOfOverride, closeOverride, findOverride, markSent } from './override-rows.ts';

export interface OverrideJob {
  readonly tenant: string;
  readonly override: string;
}

/**
 * Sends the command to the next group of lamps, with the rights of who asked, and schedules the group after it. Repeated
 * after a crash, it sends to one group twice, which is harmless.
 */
export async function sendNextGroup(
  parts: LightingParts,
  { tenant, override: id }: OverrideJob,
  send: Job<OverrideJob>,
): Promise<void> {
  const { db, client, clientAs, context } = parts;
  const override = await findOverride(db, tenant, id);
  if (override === undefined || override.state !== 'active' || override.sent >= override.lamps.length) return;
  const { lamps, command, level, sent, pace } = override;
  const group = lamps.slice(sent, sent + (pace?.lamps ?? lamps.length));
  const { grant } = await askerOfOverride(db, tenant, id);
  const author = clientAs(grant, { isAdmitted: true });
  const refused = await lampCommands({ client, author, context, tenant }).send(group, command, level);
  const state = await withActs(parts, tenant, async (tx, record) => {
    const now = await markSent(tx, tenant, id, sent + group.length);
    if (now !== undefined) {
      const details = { from: sent + 1, to: sent + group.length, refused: refused.size };
      await record(id, { actor: SERVICE, action: 'sendGroup', details });
    }
    return now;
  });
  // The override ended during the sending, so this group must return to its programme now.
  if (state === 'ended') {
    const sent = group.filter((lamp) => !refused.has(lamp));
    await lampCommands({ client, context, tenant }).send(sent, command, 'programme');
  }
  if (state === 'active' && pace && sent + group.length < lamps.length) {
    await send.enqueue({ tenant, override: id }, { after: new Date(Date.now() + pace.everyS * 1000) });
  }
}

/**
 * Returns the lamps that received a command to their programme, also if its author has lost the right to command them.
 * Repeated calls have no further effect.
 */
export async function endOverride(
  parts: LightingParts,
  { tenant, override: id }: OverrideJob,
  by: string = SERVICE,
): Promise<void> {
  const { client, context } = parts;
  const ended = await withActs(parts, tenant, async (tx, record) => {
    const closed = await closeOverride(tx, tenant, id);
    if (closed) await record(id, { actor: by, action: 'endOverride' });
    return closed;
  });
  if (!ended) return;
  const commands = lampCommands({ client, context, tenant });
  const commanded = ended.lamps.slice(0, ended.sent);
  const untold = ended.lamps.slice(ended.sent);
  if (commanded.length > 0) await commands.send(commanded, ended.command, 'programme');
  if (untold.length > 0) await commands.mark(untold, ended.command, 'EXPIRED');
}
