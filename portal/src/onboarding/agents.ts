import type { ProblemDetails } from '@alzette/ngsi-ld-schemas';
import type { FormDescriptor } from '@alzette/ngsi-ld-schemas/models';

/** The IoT agents' own routes, beside the page. */

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

/** An answer that is no success, with what it says. */
export class AgentsError extends Error {
  readonly problem: ProblemDetails;

  constructor(status: number, name: string, message: string) {
    super(message);
    this.name = 'AgentsError';
    this.problem = { type: name, title: name, status, detail: message };
  }
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

/** The profile first; when the device is refused, the profile goes again, so that nothing is half done. */
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

/** `body`: an object goes as JSON, a file as CSV. @throws AgentsError */
export async function ask<T>(method: string, path: string, body?: object, signal?: AbortSignal): Promise<T> {
  const isFile = body instanceof Blob;
  const response = await fetch(path, {
    method,
    ...(body && {
      body: isFile ? body : JSON.stringify(body),
      headers: { 'content-type': isFile ? 'text/csv' : 'application/json' },
    }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  if (!response.ok) {
    const { name = response.statusText, message, title, detail } = said(text);
    throw new AgentsError(response.status, name, message ?? detail ?? title ?? text);
  }
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function said(text: string): { name?: string; message?: string; title?: string; detail?: string } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
