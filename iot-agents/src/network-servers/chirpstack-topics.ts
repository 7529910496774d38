import type { UplinkFrame } from '../frames/uplink-frame.ts';

/** The topics of ChirpStack, the same in versions 3 and 4. */
export const CHIRPSTACK_TOPICS: readonly string[] = ['application/+/device/+/event/+'];

const EVENT = /^(?:application\/[^/]+\/device\/[^/]+\/event\/|.*[?&]event=)([a-z]+)/;
const DEVICE = /^(.*application\/[^/]+\/device\/[^/]+)\/event\//;

/** The event that a topic, or the query of a webhook, names. */
export function chirpStackEvent(topic: string): string | undefined {
  return EVENT.exec(topic)?.[1];
}

/** A webhook names no topic: application and device in the message do. */
export function chirpStackDownlinkTopic(
  topic: string,
  { applicationId, devEui }: Pick<UplinkFrame, 'applicationId' | 'devEui'>,
): string | undefined {
  const device = DEVICE.exec(topic)?.[1] ?? (applicationId && `application/${applicationId}/device/${devEui}`);
  return device === undefined ? undefined : `${device}/command/down`;
}
