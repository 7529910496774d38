import { unlessNodeIsAway } from '@alzette/kit/each-tenant';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';
import type { Commands } from '../commands/commands.ts';
import type { Configurations } from '../commands/configuration.ts';
import type { AgentDirectory, KnownDevice, Resolution } from '../fiware/agent-directory.ts';
import { TOO_MANY } from '../fiware/agent-directory.ts';
import { readMeasures } from '../fiware/device-measures.ts';
import type { DeviceAddress } from '../fiware/device-message.ts';
import { MeasureError } from '../fiware/measures.ts';
import type { Counters, QuarantineReason, Warnings } from '../frames/counters.ts';
import { hopsOf } from '../frames/notification-hops.ts';
import type { QuarantineNote } from '../inbox/quarantine.ts';
import type { FramePutOff, StoredFrame } from '../inbox/stored-frame.ts';
import { isFirstTry } from '../inbox/stored-frame.ts';
import type { Receptions } from '../liveness/receptions.ts';
import { MappingError } from '../mapping/entity-mapper.ts';
import type { Outcome } from './outcome.ts';
import { haveOnlyReceptionTime } from './time-runs.ts';

const STATIC_EVERY_MS = 3_600_000;

/** The result of a message with measures. */
interface MeasuredEntities {
  readonly entities: readonly Entity[];
  /** Why the message, or one of its values, was not used. */
  readonly notes: readonly (readonly [QuarantineReason, string])[];
}

/** Converts messages of FIWARE devices to outcomes. */
export interface FiwareMeasures {
  /** For a known device. */
  entitiesOf(
    address: DeviceAddress,
    message: Pick<StoredFrame, 'body' | 'receivedAt'>,
    device: KnownDevice,
  ): MeasuredEntities;
  /** Static attributes must be written again, because the last write failed. */
  forget(device: KnownDevice): void;
  /**
   * Rejects if the database does not answer.
   *
   * @param mustWait whether earlier messages of the tenant wait for its node
   * @returns the message as one to be put off, if the node of its tenant is away that it needs
   */
  outcomeOf(
    stored: StoredFrame,
    address: DeviceAddress,
    mustWait: (tenant: string) => boolean,
  ): Promise<Outcome | FramePutOff>;
}

// Longer than 80 lines: short functions that share the state at its top.
export function createFiwareMeasures({
  directory,
  commands,
  configurations,
  receptions,
  counters,
  warnings,
  logger,
}: {
  readonly directory: AgentDirectory;
  readonly commands: Pick<Commands, 'takeResults'>;
  readonly configurations: Pick<Configurations, 'answer'>;
  readonly receptions: Pick<Receptions, 'record'>;
  readonly counters: Pick<Counters, 'heartbeats'>;
  readonly warnings: Pick<Warnings, 'add'>;
  readonly logger: Logger;
}): FiwareMeasures {
  /** When the static attributes of a device were last written, in this configuration. */
  const staticAt = new WeakMap<KnownDevice, number>();
  const staticIsDue = (device: KnownDevice): boolean => {
    const last = staticAt.get(device);
    const now = Date.now();
    if (last !== undefined && now - last < STATIC_EVERY_MS) return false;
    staticAt.set(device, now);
    return true;
  };

  const entitiesOf: FiwareMeasures['entitiesOf'] = (address, { body, receivedAt }, device) => {
    const { config, map } = device;
    receptions.record(config, receivedAt);
    const entities: Entity[] = [];
    const notes: [QuarantineReason, string][] = [];
    try {
      for (const group of readMeasures(address, config.protocol, body)) {
        const mapped = map(group, receivedAt, staticIsDue(device));
        for (const entity of mapped.entities) entities.push(entity);
        for (const { message, implausible } of mapped.dropped) {
          warnings.add(config.key, message);
          if (implausible) notes.push(['implausible', message]);
        }
      }
    } catch (cause) {
      if (cause instanceof MeasureError) notes.push(['bad_syntax', cause.message]);
      else if (cause instanceof MappingError) notes.push(['mapping_error', cause.message]);
      else throw cause;
    }
    return { entities, notes };
  };

  const measure = (stored: StoredFrame, address: DeviceAddress, device: KnownDevice): Outcome => {
    const { key, tenant } = device.config;
    const { entities, notes } = entitiesOf(address, stored, device);
    if (entities.length === 0 && notes.length === 0) counters.heartbeats += 1;
    return {
      inboxId: stored.id,
      tenant,
      entities,
      hops: hopsOf(stored.body),
      trace: stored.trace,
      isOfReception: isFirstTry(stored) && haveOnlyReceptionTime(entities, stored.receivedAt),
      notes: notes.map(([reason, message]): QuarantineNote => ({ inboxId: stored.id, reason, message, devEui: key })),
    };
  };

  return {
    entitiesOf,
    forget: (device) => void staticAt.delete(device),
    async outcomeOf(stored, address, mustWait) {
      const { apikey, deviceId, protocol } = address;
      const device = await directory.resolve(apikey, deviceId, protocol, {
        autoprovision: address.channel === 'attrs',
      });
      const outcome = { inboxId: stored.id, tenant: '', entities: [] };
      if ('unknown' in device) {
        const [reason, message] = refusal(device, deviceId);
        return { ...outcome, notes: [{ inboxId: stored.id, reason, message }] };
      }
      const { tenant } = device.config;
      if (address.channel === 'configuration') {
        // Not awaited: a device that receives no answer asks again.
        configurations.answer(device.config, stored.body).catch((cause: unknown) => {
          logger.warn({ err: cause, device: deviceId }, 'could not send a device its configuration');
        });
        return { ...outcome, notes: [] };
      }
      if (mustWait(tenant)) return { id: stored.id, tenant };
      if (address.channel === 'attrs') return measure(stored, address, device);
      const taken = await unlessNodeIsAway(async () => {
        const unknown = await commands.takeResults(device.config, stored);
        const notes = unknown.map((name) => ({
          inboxId: stored.id,
          reason: 'unexpected_answer' as const,
          message: `"${deviceId}" answers the command "${name}", but has had no such command`,
        }));
        return { ...outcome, notes };
      });
      return taken ?? { id: stored.id, tenant };
    },
  };
}

function refusal(
  resolution: Extract<Resolution, { readonly unknown: string }>,
  deviceId: string,
): readonly [QuarantineReason, string] {
  switch (resolution.unknown) {
    case 'key':
      return ['unknown_key', 'no group has the apikey of this message'];
    case 'device':
      return ['unknown_device', `"${deviceId}" is not provisioned, and its group does not autoprovision devices`];
    case 'rate':
      return ['unknown_device', `"${deviceId}" is not provisioned: ${TOO_MANY}`];
    case 'configuration':
      return ['mapping_error', resolution.message];
  }
}
