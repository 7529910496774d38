import type { CodecExample } from '../codecs/codec-examples.ts';

/** How the payloads of one kind of device become entities. Each device refers to a profile. */
export interface DeviceProfile {
  readonly id: string;
  readonly name: string;
  /** TS013 JavaScript with `decodeUplink`; absent: the data decoded by the network server is used. */
  readonly codec?: string;
  /** SHA-256 of the codec in hex: if given, any other codec is refused. */
  readonly codecSha256?: string;
  /** A profile is refused if its codec fails one of these. */
  readonly examples?: readonly CodecExample[];
  /** A built-in decoder in place of a codec. */
  readonly decoder?: 'cayenne-lpp';
  /**
   * Whether data is delivered although the codec reported errors; the frame goes to quarantine anyway. Default false.
   */
  readonly deliverDespiteErrors?: boolean;
  readonly entities: readonly EntityMapping[];
  /** Seconds without a frame after which a device is silent; absent: three times the usual interval of its kind. */
  readonly silentAfterS?: number;
  /** Commands that are sent by downlinks. */
  readonly commands?: readonly ProfileCommand[];
}

/** A command for LoRaWAN devices. */
export interface ProfileCommand {
  readonly name: string;
  /** JEXL on {device, value}: a text is the payload in hex, an object is passed to the codec's `encodeDownlink`. */
  readonly payload: string;
  /** 1..223; absent: as given by the codec, otherwise the port of the last uplink. */
  readonly fPort?: number;
  /** Whether the device must acknowledge the downlink. */
  readonly confirmed?: boolean;
  /** Default 120 s: class C. */
  readonly deadlineS?: number;
  /**
   * JEXL on {device, frame, data, value}: true for the uplink that confirms the command. Absent: delivery is
   * sufficient.
   */
  readonly done?: string;
}

/** One entity that an uplink updates. */
export interface EntityMapping {
  /** A term of the territory's @context. */
  readonly type: string;
  /**
   * JEXL on {device, frame, data} for the entity's id, e.g. `device.asset` or `'urn:ngsi-ld:Device:' + device.devEui`;
   * undefined leaves the entity out of this update.
   */
  readonly id: string;
  /**
   * JEXL on {device, frame, data} that returns a list: the entity is updated for each element, which is available as
   * `item`.
   */
  readonly each?: string;
  /** JEXL for the time of this update (ISO 8601, or seconds or milliseconds since 1970); absent: the frame's time. */
  readonly observedAt?: string;
  readonly attributes: readonly AttributeMapping[];
}

export interface AttributeMapping {
  readonly name: string;
  /** Default Property. A GeoProperty's value is a GeoJSON geometry, `[longitude, latitude]` or `"longitude,latitude"`. */
  readonly type?: 'Property' | 'GeoProperty' | 'Relationship';
  /**
   * JEXL on {device, frame, data, item}; undefined or null leaves the attribute out of this update. An expression
   * without `data`, `frame` and `item` is static: it is written occasionally, without `observedAt`.
   */
  readonly value: string;
  /** UN/CEFACT common code. */
  readonly unitCode?: string;
  /** The lowest and highest plausible number; absent: derived from the attribute's name. */
  readonly range?: readonly [number, number];
  /**
   * The value of the attribute while the device is silent, until the next frame. Only in profiles, for an entity whose
   * `id` is an expression on `device`.
   */
  readonly silent?: string | number | boolean;
}

/** A registered device. */
export interface Device {
  /** 16 lower-case hex digits. */
  readonly devEui: string;
  readonly profile: string;
  /** The entity that the device measures or controls. */
  readonly asset?: string;
  /** Values for the profile's expressions and the codec's `variables`, e.g. a container's depth in millimetres. */
  readonly settings?: { readonly [name: string]: unknown };
  /** NGSI-LD tenant; absent: the default one. */
  readonly tenant?: string;
}
