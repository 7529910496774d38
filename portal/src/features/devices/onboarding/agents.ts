import type { ListedModel } from '@alzette/broker/contract';
import type { MqttAddress, PendingDevice, PreviewedFrame } from '@alzette/iot-agents/contract';
import type { FormDescriptor } from '@alzette/ngsi-ld-schemas/models';
import { delivery, models, registry } from '../../../broker/operations.ts';

/** Routes of the IoT agents, on the same origin as the page. */

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

/** The addresses at which the server listens for MQTT; without MQTT there are none. */
export async function mqttAddresses(): Promise<readonly MqttAddress[]> {
  return (await registry.mqtt()).addresses;
}

export async function pendingDevices(): Promise<readonly PendingDevice[]> {
  return (await delivery.pending({ query: { limit: 100 } })).devices;
}

export async function preview(
  profile: Profile,
  device: Device,
  signal: AbortSignal,
): Promise<readonly PreviewedFrame[]> {
  return (await registry.preview({ body: { profile, device }, signal })).frames;
}

/** Creates the profile first. If the device is refused, it deletes the profile again, so that nothing is half done. */
export async function register(profile: Profile, device: Device): Promise<void> {
  await registry.createProfile({ body: profile });
  try {
    await registry.createDevices({ body: device });
  } catch (cause) {
    await registry.deleteProfile({ params: profile }).catch(() => undefined);
    throw cause;
  }
}

export function knownModels(): Promise<readonly ListedModel[]> {
  return models.list();
}

/** The form of a model, which the library of models makes. */
export async function formOf(iri: string): Promise<FormDescriptor> {
  return (await models.model({ params: { iri } })).form as FormDescriptor;
}
