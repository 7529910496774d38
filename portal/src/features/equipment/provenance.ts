import type { Entity } from '@alzette/ngsi-ld-schemas';
import { ask } from '@alzette/web/asking';

/** A device that feeds an entity, and how its payload becomes the entity's attributes. */
export interface Feed {
  readonly devEui: string;
  readonly profile: string;
  /** The decoder of the payload: a codec, Cayenne LPP, or the network server. */
  readonly decoder: 'codec' | 'cayenne-lpp' | 'network-server';
  /** The expression (JEXL) of the value, by attribute. */
  readonly expressions: Readonly<Record<string, string>>;
}

interface Profile {
  readonly name: string;
  readonly codec?: string;
  readonly decoder?: 'cayenne-lpp';
  readonly entities: readonly {
    readonly id: string;
    readonly attributes: readonly { readonly name: string; readonly value: string }[];
  }[];
}

/** `urn:ngsi-ld:Device:70b3…` → `70b3…` */
const DEV_EUI = /:([0-9a-f]{16})$/i;

/** How the payloads of an entity's devices are decoded. Uses routes of the agents that need the right to administer. */
export async function feedsOf(devices: readonly Entity[], signal: AbortSignal): Promise<Feed[]> {
  const euis = devices.flatMap(({ id }) => DEV_EUI.exec(id)?.[1] ?? []);
  return Promise.all(
    euis.map(async (devEui) => {
      const device = await ask<{ profile: string }>('GET', `/iot/registry/devices/${devEui}`, undefined, signal);
      const path = `/iot/registry/profiles/${encodeURIComponent(device.profile)}`;
      const profile = await ask<Profile>('GET', path, undefined, signal);
      const attributes = profile.entities.filter(({ id }) => id === 'device.asset').flatMap((each) => each.attributes);
      return {
        devEui,
        profile: profile.name,
        decoder: profile.decoder ?? (profile.codec === undefined ? 'network-server' : 'codec'),
        expressions: Object.fromEntries(attributes.map(({ name, value }) => [name, value])),
      };
    }),
  );
}
