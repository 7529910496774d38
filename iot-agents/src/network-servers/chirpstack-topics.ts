import type { UplinkFrame } from '../frames/uplink-frame.ts';

/** The topics of ChirpStack, which are the same in versions 3 and 4. */
export const CHIRPSTACK_TOPICS: readonly string[] = ['application/+/device/+/event/+'];

const EVENT = /^(?:application\/[^/]+\/device\/[^/]+\/event\/|.*[?&]event=)([a-z]+)/;
const DEVICE = /^(.*application\/[^/]+\/device\/[^/]+)\/event\//;

/** The event named in a topic, or in the query of a webhook. */
export function chirpStackEvent(topic: string): string | undefined {
  return EVENT.exec(topic)?.[1];
}

/** A webhook has no topic, so application and device in the message are used. */
export function chirpStackDownlinkTopic(
  topic: string,
  { applicationId, devEui }: Pick<UplinkFrame, 'applicationId' | 'devEui'>,
): string | undefined {
  const device = DEVICE.exec(topic)?.[1] ?? (applicationId && `application/${applicationId}/device/${devEui}`);
  return device === undefined ? undefined : `${device}/command/down`;
}
