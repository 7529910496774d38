import { randomUUID } from 'node:crypto';
import type { LampStrategy } from '../../commands/lamp-strategy.ts';
import type { Database } from '../../database.ts';
import { objects } from '../../frames/json-values.ts';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import { compileStrategy } from './control-programs.ts';
import { findGateway } from './gateway-rows.ts';
import { referenceOf, sendTalq } from './talq-request.ts';
import type { TalqSource } from './talq-source.ts';

/**
 * Assigns the calendar of a strategy to a lamp, after writing it and its programmes to the gateway, which may have them
 * already. `isDone` false: the gateway will report when it has done so. @throws RegistryError WRONG_SYNTAX: it can't
 * run the strategy; SourceError
 */
export async function assignStrategy(
  { db, outgoing }: { readonly db: Database; readonly outgoing: Outgoing },
  source: TalqSource,
  { entityId, strategy, calendar }: LampStrategy & { readonly entityId: string },
  signal: AbortSignal,
  talqRequestId: string = randomUUID(),
): Promise<{ readonly isDone: boolean }> {
  if (strategy !== null) {
    const { services } = await findGateway(db, source);
    const limits = objects(services).find(({ name }) => name === 'ControlService') ?? {};
    const owner = source.from.clientAddress;
    const compiled = compileStrategy(strategy, { calendar, owner, limits });
    // Their ids come from their content: what exists is the same.
    await sendTalq(outgoing, source, 'POST', 'control-programs', compiled.programs, signal, { accepted: [201, 409] });
    await sendTalq(outgoing, source, 'POST', 'calendars', [compiled.calendar], signal, { accepted: [201, 409] });
  }
  const command = {
    addresses: [referenceOf(source, entityId)],
    entity: { resource: 'calendars', address: calendar },
    cmsRefId: talqRequestId,
  };
  const { status } = await sendTalq(outgoing, source, 'POST', 'assign-commands', command, signal, {
    accepted: [201, 202],
    talqRequestId,
  });
  return { isDone: status === 201 };
}
