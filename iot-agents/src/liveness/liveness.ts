import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { UpsertOptions } from '@alzette/ngsi-ld-schemas/client';
import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import type { Registry } from '../devices/registry.ts';
import type { ContextOf } from '../frames/context-of.ts';
import { MappingError } from '../mapping/entity-mapper.ts';
import type { Receptions } from './receptions.ts';
import { silenceChanges } from './silence.ts';
import type { UnreportedSilence } from './silence-rows.ts';
import {
  cadences,
  heardDevices,
  recordSilence,
  silencesOfNone,
  silencesReported,
  standingSilences,
  unreportedSilences,
} from './silence-rows.ts';

interface LivenessOptions {
  readonly db: Database;
  readonly client: NgsiLdClient;
  readonly contextOf: ContextOf;
  readonly registry: Pick<Registry, 'device' | 'profile'>;
  readonly receptions: Receptions;
  readonly logger: Logger;
  /** Whether this process, of all on the database, checks. */
  readonly isOurs: () => boolean;
}

interface Liveness {
  /** Checks now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 60_000;

/**
 * Watches for devices that stop reporting. `deviceState` of the Device becomes `silent` or `ok`, and operators get an
 * Alert for each device, but only one for a gateway whose devices are silent with it. An Alert that is over has
 * `validTo`. The attributes that the device measures change to what its profile defines for silence; the next frame
 * restores them. Whatever could not be written is retried at the next check.
 */
export function startLiveness({
  db,
  client,
  contextOf,
  registry,
  receptions,
  logger,
  isOurs,
}: LivenessOptions): Liveness {
  const look = async (): Promise<boolean> => {
    // The process that checks needs to know what every process has received.
    await receptions.write(db);
    if (!isOurs()) return false;
    const standing = await standingSilences(db);
    const changes = silenceChanges(await heardDevices(db, standing), await cadences(db), Date.now());
    await recordSilence(db, changes, await silencesOfNone(db, standing));
    return true;
  };

  const upsert = async (entities: Entity[], options: UpsertOptions): Promise<void> => {
    if (entities.length === 0) return;
    const { errors } = await client.batchUpsert(entities, options);
    for (const { entityId, error } of errors)
      logger.warn({ entityId, error }, 'the broker does not accept changes of liveness');
  };

  const silentEntities = ({ key, ended, silentAt }: UnreportedSilence): Entity[] => {
    const device = registry.device(key);
    if (ended || device === undefined) return [];
    try {
      return registry.profile(device.profile)?.whenSilent(device, silentAt) ?? [];
    } catch (cause) {
      if (!(cause instanceof MappingError)) throw cause;
      logger.warn({ err: cause, devEui: key }, 'the attributes of a silent device can not be updated');
      return [];
    }
  };

  const report = async (): Promise<void> => {
    const unreported = await unreportedSilences(db);
    for (const tenant of new Set(unreported.map((silence) => silence.tenant))) {
      const own = unreported.filter((silence) => silence.tenant === tenant);
      await upsert(entitiesOf(own), { update: true, tenant, context: contextOf(tenant) });
      // A newer frame, also of another device with the same asset, takes precedence.
      await upsert(own.flatMap(silentEntities), { lateToHistory: true, tenant, context: contextOf(tenant) });
      await silencesReported(db, tenant, own);
    }
  };

  let checking: Promise<void> | undefined;
  const check = (): Promise<void> => {
    checking ??= look()
      .then((looked) => (looked ? report() : undefined))
      .finally(() => {
        checking = undefined;
      });
    return checking;
  };
  const timer = setInterval(() => {
    check().catch((cause: unknown) => logger.warn({ err: cause }, 'could not report silent devices'));
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    check,
    async close() {
      clearInterval(timer);
      await checking?.catch(() => undefined);
      await receptions.write(db).catch(() => undefined);
    },
  };
}

function entitiesOf(silences: readonly UnreportedSilence[]): Entity[] {
  const at = new Date().toISOString();
  const entities = new Map<string, Entity>();
  const add = (entity: Entity): void => void entities.set(entity.id, entity);
  for (const silence of silences) {
    const { entity, asset, ended, gone, over } = silence;
    const deviceState = { type: 'Property', value: ended ? 'ok' : 'silent', observedAt: at };
    const controlledAsset = asset === undefined ? {} : { controlledAsset: { type: 'Relationship', object: asset } };
    if (!gone) add({ id: entity, type: 'Device', deviceState, ...controlledAsset });
    if (!ended) add(alertOf(silence, at));
    for (const alert of over) add({ id: alert, type: 'Alert', validTo: dateTime(at) });
  }
  return [...entities.values()];
}

function alertOf({ name, entity, alert, gateway, since }: UnreportedSilence, at: string): Entity {
  const what = gateway === undefined ? `Device ${name}` : `Gateway ${gateway}`;
  return {
    id: alert,
    type: 'Alert',
    category: { type: 'Property', value: 'device' },
    subCategory: { type: 'Property', value: gateway === undefined ? 'silentDevice' : 'silentGateway' },
    severity: { type: 'Property', value: gateway === undefined ? 'medium' : 'high' },
    dateIssued: dateTime(at),
    description: { type: 'Property', value: `${what} has not been heard since ${since}` },
    data: { type: 'Property', value: { text: silenceText(gateway === undefined, gateway ?? name) } },
    alertSource:
      gateway === undefined ? { type: 'Relationship', object: entity } : { type: 'Property', value: gateway },
  };
}

/** The title of the alarm for operators, by language. */
function silenceText(isDevice: boolean, name: string): { readonly [language: string]: string } {
  return isDevice
    ? {
        fr: `Le capteur ${name} ne transmet plus`,
        en: `Device ${name} has stopped reporting`,
        de: `Gerät ${name} sendet nicht mehr`,
        lb: `Apparat ${name} schéckt näischt méi`,
      }
    : {
        fr: `La passerelle ${name} ne transmet plus`,
        en: `Gateway ${name} has stopped reporting`,
        de: `Gateway ${name} sendet nicht mehr`,
        lb: `Gateway ${name} schéckt näischt méi`,
      };
}

function dateTime(value: string) {
  return { type: 'Property', value: { '@type': 'DateTime', '@value': value } };
}
