import protobuf from 'protobufjs';
import { SourceError } from '../../outgoing/remote-error.ts';

/** The parts of GTFS Realtime 2.0 (gtfs.org/realtime) that are used; other fields are ignored. */
const PROTO = `
syntax = "proto2";
message FeedMessage { required FeedHeader header = 1; repeated FeedEntity entity = 2; }
message FeedHeader { required string version = 1; optional uint64 timestamp = 3; }
message FeedEntity {
  required string id = 1; optional bool isDeleted = 2;
  optional TripUpdate tripUpdate = 3; optional VehiclePosition vehicle = 4; optional Alert alert = 5;
}
message TripUpdate {
  required TripDescriptor trip = 1; repeated StopTimeUpdate stopTimeUpdate = 2; optional int32 delay = 5;
}
message StopTimeEvent { optional int32 delay = 1; optional int64 time = 2; }
message StopTimeUpdate {
  optional uint32 stopSequence = 1; optional StopTimeEvent arrival = 2; optional StopTimeEvent departure = 3;
  optional string stopId = 4; optional int32 scheduleRelationship = 5;
}
message VehiclePosition {
  optional TripDescriptor trip = 1; optional Position position = 2; optional uint64 timestamp = 5;
  optional VehicleDescriptor vehicle = 8;
}
message Position {
  required float latitude = 1; required float longitude = 2; optional float bearing = 3; optional float speed = 5;
}
message TripDescriptor {
  optional string tripId = 1; optional string startTime = 2; optional string startDate = 3; optional int32 scheduleRelationship = 4;
  optional string routeId = 5;
}
message VehicleDescriptor { optional string id = 1; optional string label = 2; }
message Alert {
  repeated TimeRange activePeriod = 1; repeated EntitySelector informedEntity = 5; optional int32 cause = 6;
  optional int32 effect = 7; optional TranslatedString url = 8; optional TranslatedString headerText = 10;
  optional TranslatedString descriptionText = 11; optional int32 severityLevel = 14;
}
message TimeRange { optional uint64 start = 1; optional uint64 end = 2; }
message EntitySelector { optional string routeId = 2; optional TripDescriptor trip = 4; optional string stopId = 5; }
message TranslatedString { repeated Translation translation = 1; }
message Translation { required string text = 1; optional string language = 2; }
`;

/** Names as in GTFS Realtime, in camel case; times are seconds since 1970. */
export interface FeedMessage {
  readonly header: { readonly version: string; readonly timestamp?: number };
  readonly entity?: readonly FeedEntity[];
}

export interface FeedEntity {
  readonly id: string;
  readonly isDeleted?: boolean;
  readonly tripUpdate?: TripUpdate;
  readonly vehicle?: VehiclePosition;
  readonly alert?: ServiceAlert;
}

export interface TripUpdate {
  readonly trip: TripDescriptor;
  readonly stopTimeUpdate?: readonly StopTimeUpdate[];
  readonly delay?: number;
}

export interface StopTimeUpdate {
  readonly stopSequence?: number;
  readonly stopId?: string;
  readonly arrival?: StopTimeEvent;
  readonly departure?: StopTimeEvent;
  readonly scheduleRelationship?: number;
}

export interface StopTimeEvent {
  readonly delay?: number;
  readonly time?: number;
}

export interface TripDescriptor {
  readonly tripId?: string;
  readonly startDate?: string;
  /** Of a trip that leaves again and again (frequencies.txt): when this run of it leaves. */
  readonly startTime?: string;
  readonly routeId?: string;
  readonly scheduleRelationship?: number;
}

export interface VehiclePosition {
  readonly trip?: TripDescriptor;
  /** Degrees, and metres per second. */
  readonly position?: {
    readonly latitude: number;
    readonly longitude: number;
    readonly bearing?: number;
    readonly speed?: number;
  };
  readonly timestamp?: number;
  readonly vehicle?: { readonly id?: string; readonly label?: string };
}

export interface ServiceAlert {
  readonly activePeriod?: readonly { readonly start?: number; readonly end?: number }[];
  readonly informedEntity?: readonly {
    readonly routeId?: string;
    readonly stopId?: string;
    readonly trip?: TripDescriptor;
  }[];
  readonly cause?: number;
  readonly effect?: number;
  readonly url?: TranslatedString;
  readonly headerText?: TranslatedString;
  readonly descriptionText?: TranslatedString;
  readonly severityLevel?: number;
}

export interface TranslatedString {
  readonly translation?: readonly { readonly text: string; readonly language?: string }[];
}

/** A value of TripDescriptor. */
export const CANCELED = 3;
/** A value of StopTimeUpdate. */
export const SKIPPED = 1;
export const NO_DATA = 2;

const TYPE = protobuf.parse(PROTO).root.lookupType('FeedMessage');

/** The bytes of a feed, for serving one. */
export function writeFeedMessage(message: FeedMessage): Uint8Array {
  return TYPE.encode(TYPE.fromObject(message as unknown as Record<string, unknown>)).finish();
}

/** @throws SourceError it is not a FeedMessage */
export function readFeedMessage(bytes: Uint8Array, what: string): FeedMessage {
  try {
    const message = TYPE.decode(bytes);
    // In the structure defined by PROTO, without defaults, with 64-bit times as numbers.
    return TYPE.toObject(message, { longs: Number }) as FeedMessage;
  } catch (cause) {
    const head = Buffer.from(bytes.subarray(0, 40))
      .toString()
      .replace(/[^\x20-\x7e]/g, '·');
    throw new SourceError(`${what} is not a GTFS Realtime feed (it begins with ${head})`, { cause });
  }
}
