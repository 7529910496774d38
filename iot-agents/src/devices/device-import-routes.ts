import { routeOf } from '@alzette/kit/serve';
import type { FastifyInstance } from 'fastify';
import { registryContract } from '../contract/registry.ts';
import { object } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { Device } from '../mapping/device-profile.ts';
import type { DeviceLine } from './device-csv.ts';
import { readDeviceCsv } from './device-csv.ts';
import { readDeviceQr } from './device-qr.ts';
import type { Registry } from './registry.ts';
import { readDevice } from './validation.ts';

const LONGEST_LIST = 4 * 1024 * 1024;

/**
 * Imports of many devices, each accepted or refused separately: `POST /registry/devices/csv` (text/csv), `POST
 * /registry/devices/qr` (`{ codes, profile, tenant?, settings? }`). `?dryRun=true` changes nothing; `?profile=` and
 * `?tenant=` are defaults. An existing device is replaced.
 */
export async function deviceImportRoutes(
  app: FastifyInstance,
  { registry }: { readonly registry: Registry },
): Promise<void> {
  await app.register(async (scope) => {
    scope.addContentTypeParser(
      ['text/csv', 'text/plain'],
      { parseAs: 'string', bodyLimit: LONGEST_LIST },
      (_request, body, done) => done(null, body),
    );
    scope.post('/registry/devices/csv', routeOf(registryContract.operations.importDevices), async ({ body, query }) => {
      if (typeof body !== 'string') {
        throw new RegistryError('WRONG_SYNTAX', 'the body is not CSV, expected Content-Type text/csv');
      }
      const { profile, tenant, dryRun } = readQuery(query);
      const defaults = { ...(profile && { profile }), ...(tenant && { tenant }) };
      return take(registry, readDeviceCsv(body, defaults), dryRun);
    });
  });

  app.post('/registry/devices/qr', routeOf(registryContract.operations.scanDevices), async ({ body, query }) => {
    const { codes, ...shared } = object(body);
    if (!Array.isArray(codes) || !codes.every((code) => typeof code === 'string')) {
      throw new RegistryError('WRONG_SYNTAX', 'codes is not a list of texts, expected the contents of QR codes');
    }
    return take(registry, readCodes(codes, shared), readQuery(query).dryRun);
  });
}

function readCodes(codes: readonly string[], shared: object): DeviceLine[] {
  return codes.map((code, index) => {
    const line = index + 1;
    try {
      const { devEui, serialNumber } = readDeviceQr(code, `codes[${index}]`);
      const device = readDevice({ devEui, ...shared });
      if (serialNumber === undefined) return { line, device };
      return { line, device: { ...device, settings: { serialNumber, ...device.settings } } };
    } catch (cause) {
      if (!(cause instanceof RegistryError)) throw cause;
      return { line, refused: cause.message };
    }
  });
}

async function take(registry: Registry, lines: readonly DeviceLine[], dryRun: boolean) {
  const devices: Device[] = [];
  const refused: { line: number; message: string }[] = [];
  let known = 0;
  for (const line of lines) {
    if ('refused' in line) refused.push({ line: line.line, message: line.refused });
    else if (registry.profile(line.device.profile) === undefined) {
      refused.push({ line: line.line, message: `profile "${line.device.profile}" does not exist` });
    } else {
      if (registry.device(line.device.devEui) !== undefined) known += 1;
      devices.push(line.device);
    }
  }
  if (!dryRun) await registry.provision([], devices);
  return { dryRun, created: devices.length - known, updated: known, refused };
}

function readQuery(query: unknown): { profile?: string; tenant?: string; dryRun: boolean } {
  const { profile, tenant, dryRun } = object(query);
  if (dryRun !== undefined && dryRun !== 'true' && dryRun !== 'false') {
    throw new RegistryError('WRONG_SYNTAX', `dryRun is ${JSON.stringify(dryRun)}, expected true or false`);
  }
  return {
    ...(typeof profile === 'string' && profile !== '' ? { profile } : {}),
    ...(typeof tenant === 'string' && tenant !== '' ? { tenant } : {}),
    dryRun: dryRun === 'true',
  };
}
