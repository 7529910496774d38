import type { CodecExample } from '../codecs/codec-examples.ts';

/** How the payloads of one kind of device become entities. Devices name their profile. */
export interface DeviceProfile {
  readonly id: string;
  readonly name: string;
  /** TS013 JavaScript with `decodeUplink`; absent: what the network server decoded is taken. */
  readonly codec?: string;
  /** SHA-256 of the codec, hexadecimal: given, another codec is refused. */
  readonly codecSha256?: string;
  /** A profile whose codec fails one of these is refused. */
  readonly examples?: readonly CodecExample[];
  /** A decoder of our own, in place of a codec. */
  readonly decoder?: 'cayenne-lpp';
  /** Whether data are delivered that the codec told errors beside; the frame is in quarantine all the same. Default false. */
  readonly deliverDespiteErrors?: boolean;
  readonly entities: readonly EntityMapping[];
  /** Seconds without a frame after which a device is called silent; absent: three times its kind's usual cadence. */
  readonly silentAfterS?: number;
  /** What the devices can be told, by downlinks. */
  readonly commands?: readonly ProfileCommand[];
}

/** One thing that a LoRaWAN device can be told. */
export interface ProfileCommand {
  readonly name: string;
  /**
   * JEXL on {device, value}: text is the payload in hex, an object is what the codec's `encodeDownlink` gets.
   */
  readonly payload: string;
  /** 1..223; absent: what the codec says, else the port of the last uplink. */
  readonly fPort?: number;
  /** Whether the device has to acknowledge the downlink. */
  readonly confirmed?: boolean;
  /** Default 120 s: class C. */
  readonly deadlineS?: number;
  /** JEXL on {device, frame, data, value}: true in the uplink that shows the command done. Absent: delivered is done. */
  readonly done?: string;
}

/** One entity that an uplink feeds. */
export interface EntityMapping {
  /** Term of the territory's @context. */
  readonly type: string;
  /**
   * JEXL on {device, frame, data}, giving the entity's id, e.g. `device.asset` or
   * `'urn:ngsi-ld:Device:' + device.devEui`; undefined leaves the entity out of this update.
   */
  readonly id: string;
  /** JEXL on {device, frame, data} that gives a list: the entity is updated for each of it, which is `item` then. */
  readonly each?: string;
  /** JEXL that gives the time of this update (ISO 8601, or seconds or milliseconds since 1970); absent: the frame's. */
  readonly observedAt?: string;
  readonly attributes: readonly AttributeMapping[];
}

export interface AttributeMapping {
  readonly name: string;
  /** Default Property. A GeoProperty's value is a GeoJSON geometry, `[longitude, latitude]` or `"longitude,latitude"`. */
  readonly type?: 'Property' | 'GeoProperty' | 'Relationship';
  /**
   * JEXL on {device, frame, data, item}; undefined or null leaves the attribute out of this update. An expression that
   * names none of `data`, `frame` and `item` is static: written now and then, without `observedAt`.
   */
  readonly value: string;
  /** UN/CEFACT common code. */
  readonly unitCode?: string;
  /** Lowest and highest plausible number; absent: what is known of the attribute's name. */
  readonly range?: readonly [number, number];
  /**
   * What the attribute becomes when the device falls silent, until a frame gives it again. In a profile alone, in an entity
   * whose `id` is an expression on `device`.
   */
  readonly silent?: string | number | boolean;
}

/** A device that is known. */
export interface Device {
  /** 16 lower-case hex digits. */
  readonly devEui: string;
  readonly profile: string;
  /** The entity the device measures or drives. */
  readonly asset?: string;
  /** What the profile's expressions and the codec's `variables` need, e.g. a container's depth in millimetres. */
  readonly settings?: { readonly [name: string]: unknown };
  /** NGSI-LD tenant; absent: the default one. */
  readonly tenant?: string;
}
