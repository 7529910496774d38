import type { Entity } from '@alzette/ngsi-ld-schemas';
import { registry } from '../../broker/operations.ts';

/** A device that feeds an entity, and how its payload becomes the entity's attributes. */
export interface Feed {
  readonly devEui: string;
  readonly profile: string;
  /** The decoder of the payload: a codec, Cayenne LPP, or the network server. */
  readonly decoder: 'codec' | 'cayenne-lpp' | 'network-server';
  /** The expression (JEXL) of the value, by attribute. */
  readonly expressions: Readonly<Record<string, string>>;
}

/** `urn:ngsi-ld:Device:70b3…` → `70b3…` */
const DEV_EUI = /:([0-9a-f]{16})$/i;

/** How the payloads of an entity's devices are decoded. Uses routes of the agents that need the right to administer. */
export async function feedsOf(devices: readonly Entity[], signal: AbortSignal): Promise<Feed[]> {
  const euis = devices.flatMap(({ id }) => DEV_EUI.exec(id)?.[1] ?? []);
  return Promise.all(
    euis.map(async (devEui) => {
      const device = await registry.device({ params: { devEui }, signal });
      const profile = await registry.profile({ params: { id: device.profile }, signal });
      const entities = (profile.entities ?? []).filter(({ id }) => id === 'device.asset');
      const attributes = entities.flatMap((each) => each.attributes ?? []);
      return {
        devEui,
        profile: profile.name,
        decoder: profile.decoder ? 'cayenne-lpp' : profile.codec === undefined ? 'network-server' : 'codec',
        expressions: Object.fromEntries(attributes.map(({ name, value }) => [name, String(value)])),
      };
    }),
  );
}
