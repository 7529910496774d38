import { randomUUID } from 'node:crypto';
import { LONGEST_MESSAGE, sealed } from '@alzette/kit/messages';
import { codecHash } from '../codecs/codec-pool.ts';
import type { Database, Queryable } from '../database.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { Device, DeviceProfile } from '../mapping/device-profile.ts';
import type { CompiledCommand } from '../mapping/profile-commands.ts';
import { compileCommands } from '../mapping/profile-commands.ts';
import type { ProfileMapper } from '../mapping/profile-mapper.ts';
import { compileProfile } from '../mapping/profile-mapper.ts';
import type { SilenceMapper } from '../mapping/silence-mapper.ts';
import { compileSilence } from '../mapping/silence-mapper.ts';
import { partitionOf } from '../processes/partition-of.ts';

const ALL_PROFILES = 'SELECT document::text FROM iot.profile';
const ALL_DEVICES = 'SELECT document::text FROM iot.device';
const DEVICES_BY_EUI = 'SELECT document::text FROM iot.device WHERE dev_eui = ANY($1::text[])';
const PROFILES_BY_ID = 'SELECT document::text FROM iot.profile WHERE id = ANY($1::text[])';

const UPSERT_PROFILES = `
  INSERT INTO iot.profile (id, document)
  SELECT id, document::jsonb FROM unnest($1::text[], $2::text[]) AS given (id, document)
  ON CONFLICT (id) DO UPDATE SET document = excluded.document, modified_at = now()
  WHERE profile.document <> excluded.document`;

const INSERT_PROFILE = `
  INSERT INTO iot.profile (id, document) VALUES ($1, $2::jsonb) ON CONFLICT (id) DO NOTHING`;

const UPSERT_DEVICES = `
  INSERT INTO iot.device (dev_eui, profile, document)
  SELECT dev_eui, profile, document::jsonb FROM unnest($1::text[], $2::text[], $3::text[]) AS given (dev_eui, profile, document)
  ON CONFLICT (dev_eui) DO UPDATE
  SET profile = excluded.profile, document = excluded.document, modified_at = now()
  WHERE device.document <> excluded.document`;

const INSERT_DEVICES = `
  INSERT INTO iot.device (dev_eui, profile, document)
  SELECT dev_eui, profile, document::jsonb FROM unnest($1::text[], $2::text[], $3::text[]) AS given (dev_eui, profile, document)
  ON CONFLICT (dev_eui) DO NOTHING
  RETURNING dev_eui`;

const DELETE_PROFILE = `
  DELETE FROM iot.profile
  WHERE id = $1 AND NOT EXISTS (SELECT FROM iot.device WHERE profile = $1)`;

const DELETE_DEVICE = 'DELETE FROM iot.device WHERE dev_eui = $1';

/** NOTIFY channel for changes of the registry. */
export const REGISTRY_CHANNEL = 'iot_registry';
const TELL = `SELECT send_message('${REGISTRY_CHANNEL}', $1)`;

const PENDING_TO_INBOX = `
  WITH known AS (DELETE FROM iot.pending WHERE dev_eui = ANY($1::text[]) RETURNING id, dev_eui, received_at, topic, body)
  INSERT INTO iot.inbox (received_at, topic, body, partition)
  SELECT received_at, topic, body, partition
  FROM known JOIN unnest($1::text[], $2::smallint[]) AS device (dev_eui, partition) USING (dev_eui)
  ORDER BY id`;

/** A profile with what is compiled from it once. */
export interface CompiledProfile {
  readonly profile: DeviceProfile;
  readonly map: ProfileMapper;
  readonly whenSilent: SilenceMapper;
  readonly codecSha256?: string;
  readonly commands: ReadonlyMap<string, CompiledCommand>;
}

/** The registered devices and their profiles: in the database, with a synchronised copy in memory. */
export interface Registry {
  device(devEui: string): Device | undefined;
  profile(id: string): CompiledProfile | undefined;
  devices(): IterableIterator<Device>;
  profiles(): IterableIterator<DeviceProfile>;
  /** Looks up devices in the database that are not in memory, because another process may have created them. */
  lookUp(devEuis: readonly string[]): Promise<void>;
  /**
   * Creates or replaces all or none of these, and releases their pending frames. @throws RegistryError
   * PROFILE_NOT_FOUND
   */
  provision(profiles: readonly DeviceProfile[], devices: readonly Device[]): Promise<void>;
  /** @throws RegistryError DUPLICATE_PROFILE */
  createProfile(profile: DeviceProfile): Promise<void>;
  /** All or none. @throws RegistryError DUPLICATE_DEVICE_ID, PROFILE_NOT_FOUND */
  createDevices(devices: readonly Device[]): Promise<void>;
  /** @throws RegistryError PROFILE_NOT_FOUND, PROFILE_IN_USE */
  deleteProfile(id: string): Promise<void>;
  /** @throws RegistryError DEVICE_NOT_FOUND */
  deleteDevice(devEui: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * A message to other processes about a change; with neither member everything is read again, because the list would be
 * too long.
 */
interface RegistryChange {
  readonly from: string;
  readonly profiles?: readonly string[];
  readonly devices?: readonly string[];
}

/** Compiles a profile. @throws MappingError */
export function compiled(profile: DeviceProfile): CompiledProfile {
  return {
    profile,
    map: compileProfile(profile),
    whenSilent: compileSilence(profile),
    commands: compileCommands(profile.commands),
    ...(profile.codec === undefined ? {} : { codecSha256: codecHash(profile.codec) }),
  };
}

/** Opens the registry. @param onReplay called when frames were inserted into the inbox table */
export async function openRegistry(db: Database, onReplay: () => void): Promise<Registry> {
  const known = new KnownDevices(db);
  const self = randomUUID();
  const publish = async (change: Omit<RegistryChange, 'from'>): Promise<void> => {
    const text = JSON.stringify({ from: self, ...change });
    const isShort = Buffer.byteLength(text) <= LONGEST_MESSAGE;
    await db.query({ text: TELL, values: [await sealed(db, isShort ? text : JSON.stringify({ from: self }))] });
  };
  // Messages arrive in order and are processed in order, so that the last change of a device wins.
  let loading: Promise<void> = Promise.resolve();
  const stopListening = await db.listen(REGISTRY_CHANNEL, (payload) => {
    const change = JSON.parse(payload) as RegistryChange; // written by `tell` in another process
    if (change.from !== self) loading = loading.then(() => known.load(change)).catch(() => undefined);
  });
  await known.load({});

  return {
    device: (devEui) => known.devices.get(devEui),
    profile: (id) => known.profiles.get(id),
    devices: () => known.devices.values(),
    *profiles() {
      for (const { profile } of known.profiles.values()) yield profile;
    },
    lookUp: (devEuis) => known.lookUp(devEuis),

    async provision(givenProfiles, givenDevices) {
      known.requireProfiles(givenDevices, givenProfiles);
      const replayed = await db.transaction(async (tx) => {
        if (givenProfiles.length > 0) await tx.query({ text: UPSERT_PROFILES, values: profileColumns(givenProfiles) });
        if (givenDevices.length > 0) await tx.query({ text: UPSERT_DEVICES, values: deviceColumns(givenDevices) });
        return releasePendingFrames(tx, givenDevices);
      });
      for (const profile of givenProfiles) known.keepProfile(profile);
      for (const device of givenDevices) known.keepDevice(device);
      await publish({
        profiles: givenProfiles.map(({ id }) => id),
        devices: givenDevices.map(({ devEui }) => devEui),
      });
      if (replayed) onReplay();
    },

    async createProfile(profile) {
      const { rowCount } = await db.query({ text: INSERT_PROFILE, values: [profile.id, JSON.stringify(profile)] });
      if (rowCount === 0) throw new RegistryError('DUPLICATE_PROFILE', `profile "${profile.id}" exists already`);
      known.keepProfile(profile);
      await publish({ profiles: [profile.id] });
    },

    async createDevices(given) {
      known.requireProfiles(given, []);
      const replayed = await db.transaction(async (tx) => {
        const { rows } = await tx.query<{ dev_eui: string }>({ text: INSERT_DEVICES, values: deviceColumns(given) });
        const made = new Set(rows.map((row) => row.dev_eui));
        const taken = given.find(({ devEui }) => !made.delete(devEui));
        if (taken) throw new RegistryError('DUPLICATE_DEVICE_ID', `device ${taken.devEui} exists already`);
        return releasePendingFrames(tx, given);
      });
      for (const device of given) known.keepDevice(device);
      await publish({ devices: given.map(({ devEui }) => devEui) });
      if (replayed) onReplay();
    },

    async deleteProfile(id) {
      if (!known.profiles.has(id)) throw new RegistryError('PROFILE_NOT_FOUND', `profile "${id}" does not exist`);
      const { rowCount } = await db.query({ text: DELETE_PROFILE, values: [id] });
      if (rowCount === 0) throw new RegistryError('PROFILE_IN_USE', `profile "${id}" has devices`);
      known.profiles.delete(id);
      await publish({ profiles: [id] });
    },

    async deleteDevice(devEui) {
      const { rowCount } = await db.query({ text: DELETE_DEVICE, values: [devEui] });
      known.devices.delete(devEui);
      if (rowCount === 0) throw new RegistryError('DEVICE_NOT_FOUND', `device ${devEui} does not exist`);
      await publish({ devices: [devEui] });
    },

    close: stopListening,
  };
}

/** The copy of the database in memory. */
class KnownDevices {
  readonly devices = new Map<string, Device>();
  readonly profiles = new Map<string, CompiledProfile>();
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  keepProfile(profile: DeviceProfile): void {
    this.profiles.set(profile.id, compiled(profile));
  }

  keepDevice(device: Device): void {
    this.devices.set(device.devEui, device);
  }

  /** Reloads the given ones; without any, everything. */
  async load({ profiles: ids, devices: devEuis }: Omit<RegistryChange, 'from'>): Promise<void> {
    const isAll = ids === undefined && devEuis === undefined;
    const [profiles, devices] = await Promise.all([
      isAll
        ? documents<DeviceProfile>(this.#db, ALL_PROFILES)
        : documents<DeviceProfile>(this.#db, PROFILES_BY_ID, [ids ?? []]),
      isAll ? documents<Device>(this.#db, ALL_DEVICES) : documents<Device>(this.#db, DEVICES_BY_EUI, [devEuis ?? []]),
    ]);
    for (const id of isAll ? [...this.profiles.keys()] : (ids ?? [])) this.profiles.delete(id);
    for (const devEui of isAll ? [...this.devices.keys()] : (devEuis ?? [])) this.devices.delete(devEui);
    for (const profile of profiles) this.keepProfile(profile);
    for (const device of devices) this.keepDevice(device);
  }

  async lookUp(devEuis: readonly string[]): Promise<void> {
    const found = await documents<Device>(this.#db, DEVICES_BY_EUI, [devEuis]);
    const unknown = found.map(({ profile }) => profile).filter((id) => !this.profiles.has(id));
    if (unknown.length > 0) {
      const profiles = await documents<DeviceProfile>(this.#db, PROFILES_BY_ID, [unknown]);
      for (const profile of profiles) this.keepProfile(profile);
    }
    for (const device of found) this.keepDevice(device);
  }

  /** @throws RegistryError PROFILE_NOT_FOUND: a device's profile neither exists nor is created with it */
  requireProfiles(given: readonly Device[], made: readonly DeviceProfile[]): void {
    const known = new Set(made.map(({ id }) => id));
    for (const { devEui, profile } of given) {
      if (known.has(profile) || this.profiles.has(profile)) continue;
      throw new RegistryError('PROFILE_NOT_FOUND', `profile "${profile}" of device ${devEui} does not exist`);
    }
  }
}

/** Releases the pending frames of new devices. @returns whether there are any */
async function releasePendingFrames(tx: Queryable, given: readonly Device[]): Promise<boolean> {
  if (given.length === 0) return false;
  const devEuis = [...new Set(given.map(({ devEui }) => devEui))];
  const { rowCount } = await tx.query({ text: PENDING_TO_INBOX, values: [devEuis, devEuis.map(partitionOf)] });
  return rowCount > 0;
}

async function documents<T>(db: Queryable, text: string, values: readonly unknown[] = []): Promise<T[]> {
  const { rows } = await db.query<{ document: string }>({ text, values });
  // Documents in our tables were validated when they were written.
  return rows.map(({ document }) => JSON.parse(document) as T);
}

function profileColumns(profiles: readonly DeviceProfile[]): unknown[] {
  const last = [...new Map(profiles.map((profile) => [profile.id, profile])).values()];
  return [last.map(({ id }) => id), last.map((profile) => JSON.stringify(profile))];
}

function deviceColumns(devices: readonly Device[]): unknown[] {
  const last = [...new Map(devices.map((device) => [device.devEui, device])).values()];
  return [
    last.map(({ devEui }) => devEui),
    last.map(({ profile }) => profile),
    last.map((device) => JSON.stringify(device)),
  ];
}
