import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { CompiledProfile } from '../devices/registry.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import type { QuarantineNote } from '../inbox/quarantine.ts';
import type { StoredFrame } from '../inbox/stored-frame.ts';
import type { Device } from '../mapping/device-profile.ts';

/** A frame of a registered device, let in, on its way to entities. */
export interface Admitted {
  readonly stored: StoredFrame;
  readonly frame: UplinkFrame;
  readonly device: Device;
  readonly profile: CompiledProfile;
}

/** A frame that has got as far as it will: what it gives the broker, and what is kept of it. */
export interface Outcome {
  readonly inboxId: number;
  /** Whose progress is written with the settlement. */
  readonly devEui?: string;
  readonly tenant: string;
  readonly entities: readonly Entity[];
  /** The entities have no time but that of their reception, and the broker has none of them yet. */
  readonly isOfReception?: boolean;
  /** How many notifications led to the message. */
  readonly hops?: number | undefined;
  readonly notes: readonly QuarantineNote[];
  readonly pending?: boolean;
}
