import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { CompiledProfile } from '../devices/registry.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import type { QuarantineNote } from '../inbox/quarantine.ts';
import type { StoredFrame } from '../inbox/stored-frame.ts';
import type { Device } from '../mapping/device-profile.ts';

/** An admitted frame of a registered device, on its way to entities. */
export interface Admitted {
  readonly stored: StoredFrame;
  readonly frame: UplinkFrame;
  readonly device: Device;
  readonly profile: CompiledProfile;
}

/** A completely processed frame: what to write to the broker, and what to store about it. */
export interface Outcome {
  readonly inboxId: number;
  /** The device whose progress is written with the settlement. */
  readonly devEui?: string;
  readonly tenant: string;
  readonly entities: readonly Entity[];
  /** The entities have no time but that of reception, and none of them has been written yet. */
  readonly isOfReception?: boolean;
  /** The number of notifications that led to the message. */
  readonly hops?: number | undefined;
  /** The request id of the message, as text. */
  readonly trace?: string;
  readonly notes: readonly QuarantineNote[];
  readonly pending?: boolean;
}
