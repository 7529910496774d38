import type { FormDescriptor } from '@alzette/ngsi-ld-schemas/models';
import { ask } from '@alzette/web/asking';

/** Routes of the IoT agents, on the same origin as the page. */

export interface PendingDevice {
  readonly devEui: string;
  readonly frames: readonly { readonly receivedAt: string; readonly topic: string; readonly body: string }[];
}

export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly codec?: string;
  readonly decoder?: 'cayenne-lpp';
  readonly entities: readonly {
    readonly type: string;
    readonly id: string;
    readonly attributes: readonly {
      readonly name: string;
      readonly type?: 'Property' | 'GeoProperty' | 'Relationship';
      readonly value: string;
      readonly unitCode?: string;
    }[];
  }[];
}

export interface Device {
  readonly devEui: string;
  readonly profile: string;
  readonly asset: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface PreviewedFrame {
  readonly receivedAt: string;
  readonly time?: string;
  readonly networkServer?: string;
  readonly fPort?: number | null;
  readonly payload?: string;
  readonly decoded?: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  readonly fault?: { readonly reason: string; readonly message: string };
  readonly entities: readonly Readonly<Record<string, unknown>>[];
  readonly dropped: readonly string[];
}

export interface KnownModel {
  readonly type: string;
  readonly iri: string;
  readonly subject: string;
}

/** Where a network server publishes by MQTT. */
export interface MqttAddress {
  /** Absent: the host of this page. */
  readonly host?: string;
  readonly port: number;
  readonly tls: boolean;
  readonly webSocketPath?: string;
}

/** The addresses at which the server listens for MQTT; without MQTT there are none. */
export async function mqttAddresses(): Promise<readonly MqttAddress[]> {
  const { addresses } = await ask<{ addresses: MqttAddress[] }>('GET', '/iot/registry/mqtt');
  return addresses;
}

export async function pendingDevices(): Promise<PendingDevice[]> {
  const { devices } = await ask<{ devices: PendingDevice[] }>('GET', '/iot/pending?limit=100');
  return devices;
}

export async function preview(
  profile: Profile,
  device: Device,
  signal: AbortSignal,
): Promise<readonly PreviewedFrame[]> {
  const { frames } = await ask<{ frames: PreviewedFrame[] }>(
    'POST',
    '/iot/registry/preview',
    { profile, device },
    signal,
  );
  return frames;
}

/** Creates the profile first. If the device is refused, it deletes the profile again, so that nothing is half done. */
export async function register(profile: Profile, device: Device): Promise<void> {
  await ask('POST', '/iot/registry/profiles', profile);
  try {
    await ask('POST', '/iot/registry/devices', device);
  } catch (cause) {
    await ask('DELETE', `/iot/registry/profiles/${encodeURIComponent(profile.id)}`).catch(() => undefined);
    throw cause;
  }
}

export function knownModels(): Promise<KnownModel[]> {
  return ask('GET', '/ops/models');
}

export async function formOf(iri: string): Promise<FormDescriptor> {
  const { form } = await ask<{ form: FormDescriptor }>('GET', `/ops/models/${encodeURIComponent(iri)}`);
  return form;
}
