export { tryAmqp } from './amqp/receiver.ts';
export type { Database } from './database.ts';
export type { Counters } from './frames/counters.ts';
export { RegistryError } from './frames/registry-error.ts';
export type {
  AttributeMapping,
  Device,
  DeviceProfile,
  EntityMapping,
  ProfileCommand,
} from './mapping/device-profile.ts';
export { type FeedMessage, writeFeedMessage } from './sources/gtfs/feed-message.ts';
export { type TimetableCall, timetableCalls } from './sources/gtfs/timetable-calls.ts';
export { type TripCall, timetableTrips } from './sources/gtfs/timetable-trips.ts';
export type { IotAgents, IotAgentsOptions } from './wiring/options.ts';
export { startIotAgents } from './wiring/start.ts';

/** Numbered SQL files for schema `iot`, to be run before the agents start. */
export const migrationsFolder = new URL('../migrations/', import.meta.url);
