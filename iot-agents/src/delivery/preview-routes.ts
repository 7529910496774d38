import { routeOf } from '@alzette/kit/serve';
import type { FastifyInstance } from 'fastify';
import type { CodecPool } from '../codecs/codec-pool.ts';
import { registryContract } from '../contract/registry.ts';
import type { Database } from '../database.ts';
import type { Connections } from '../devices/connection.ts';
import type { Registry } from '../devices/registry.ts';
import { compiled } from '../devices/registry.ts';
import { readDevice, readProfile } from '../devices/validation.ts';
import { object } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { pendingFrames } from '../inbox/quarantine.ts';
import type { Device } from '../mapping/device-profile.ts';
import { previewProfile } from './preview.ts';
import type { Sample, Samples } from './samples.ts';
import { SAMPLES_PER_PROFILE } from './samples.ts';

/**
 * `POST /registry/preview`: shows what an existing or proposed profile makes of frames. Body: `profile` (a complete
 * one, or the id of an existing one). The frames are `frames` (`[{ topic, body }]`), or the pending ones of
 * `device.devEui`, or the last fifty of the profile's own devices; in the last case each shows whether the existing
 * profile gives a different result.
 */
export async function previewRoutes(
  app: FastifyInstance,
  options: {
    readonly db: Database;
    readonly registry: Registry;
    readonly connections: Pick<Connections, 'of'>;
    readonly codecs: CodecPool;
    readonly samples: Samples;
  },
): Promise<void> {
  const { db, registry, connections, codecs, samples } = options;

  app.post('/registry/preview', routeOf(registryContract.operations.preview), async (request) => {
    const { profile: given, device: asked, frames } = object(request.body);
    const known = typeof given === 'string' ? registry.profile(given) : undefined;
    if (typeof given === 'string' && known === undefined) {
      throw new RegistryError('PROFILE_NOT_FOUND', `profile "${given}" does not exist`);
    }
    const profile = known ?? compiled(readProfile(given, 'profile'));
    const { id } = profile.profile;
    const device = asked === undefined ? undefined : readDevice({ profile: id, ...object(asked) }, 'device');
    const deviceOf = (devEui: string): Device =>
      device?.devEui === devEui ? device : (registry.device(devEui) ?? { ...device, devEui, profile: id });

    const taken =
      frames !== undefined
        ? readFrames(frames)
        : device !== undefined
          ? await pendingFrames(db, device.devEui)
          : await samples.of(id);
    const isDryRun = frames === undefined && device === undefined;
    const before = isDryRun ? registry.profile(id) : undefined;
    const previews = await previewProfile({ codecs, connections, deviceOf }, profile, taken, before);
    return { count: previews.length, frames: previews };
  });
}

/** @throws RegistryError WRONG_SYNTAX */
function readFrames(frames: unknown): Sample[] {
  if (!Array.isArray(frames) || frames.length > SAMPLES_PER_PROFILE) {
    const got = Array.isArray(frames) ? `${frames.length} frames` : JSON.stringify(frames);
    throw new RegistryError('WRONG_SYNTAX', `frames is ${got}, expected a list of at most ${SAMPLES_PER_PROFILE}`);
  }
  return frames.map((frame, index) => {
    const { topic = '', body, receivedAt = new Date().toISOString() } = object(frame);
    if (typeof topic !== 'string') throw new RegistryError('WRONG_SYNTAX', `frames[${index}].topic is not a text`);
    if (typeof receivedAt !== 'string' || Number.isNaN(Date.parse(receivedAt))) {
      throw new RegistryError('WRONG_SYNTAX', `frames[${index}].receivedAt is not a DateTime`);
    }
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    if (text === undefined) throw new RegistryError('WRONG_SYNTAX', `frames[${index}].body is missing`);
    return { devEui: '', topic, receivedAt: new Date(receivedAt).toISOString(), body: Buffer.from(text) };
  });
}
