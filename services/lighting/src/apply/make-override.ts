import type { Job } from '@alzette/kit/jobs';
import type { LightingParts } from '../parts.ts';
import { withActs } from './acts.ts';
import { lampCommands } from './lamp-commands.ts';
import { type Asker, insertOverride, markSent, type NewOverride } from './override-rows.ts';
import type { GroupJob, OverrideJob } from './send-override.ts';

/** The jobs that send to the next group of lamps, and that end an override in time. */
export interface OverrideJobs {
  readonly send: Job<GroupJob>;
  readonly end: Job<OverrideJob>;
}

/** Stores an override, and sends its commands unless it waits. Resolves to lamps whose command failed, with the reason. */
export async function makeOverride(
  { db, audit, client, clientAs, context }: LightingParts,
  { send, end }: OverrideJobs,
  given: { readonly tenant: string; readonly override: NewOverride; readonly asker: Asker },
): Promise<ReadonlyMap<string, string>> {
  const { tenant, override, asker } = given;
  const { id, lamps, level, until, reason, pace, state, author, command } = override;
  const isWaiting = state === 'waiting';
  const isLater = isWaiting || pace !== null;
  const commands = lampCommands({
    client,
    author: clientAs(asker.grant, { isAdmitted: true }),
    context,
    tenant,
  });
  if (isLater) await commands.mark(lamps, command, 'PENDING');
  await withActs({ db, audit }, tenant, async (tx, record) => {
    // Without groups they are sent to at once.
    await insertOverride(tx, tenant, override, asker, isLater ? 0 : lamps.length);
    const details = { level, until, lamps: lamps.length, ...(pace && { pace }) };
    await record(id, { actor: author, action: isWaiting ? 'ask' : 'override', details, reason });
    // Scheduled before commands are sent, so that the override ends in any case.
    await end.enqueue({ tenant, override: id }, { after: new Date(until), key: id, tx });
    if (isLater && !isWaiting) await send.enqueue({ tenant, override: id, sent: 0 }, { tx });
  });
  if (isLater) return new Map();
  const failed = await commands.send(lamps, command, level);
  await markSent(db, tenant, id, lamps.length);
  return failed;
}
