import type { FastifyRequest } from 'fastify';
import type { JsonObject } from '../../frames/json-values.ts';
import { object, objects, text } from '../../frames/json-values.ts';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import type { BootstrapStep, TalqDocument } from './gateway-rows.ts';
import { TalqError } from './talq-error.ts';
import { sendTalq } from './talq-request.ts';
import type { TalqSource } from './talq-source.ts';

/** The address of a gateway that has not been given one. */
export const NIL = '00000000-0000-0000-0000-000000000000';
const GATEWAY_FUNCTION = 'GatewayFunction';

/**
 * The device of a gateway that announces itself, with the address that its source has for it, and ours. @throws
 * TalqError: it is not one device with a GatewayFunction, or it has an address already
 */
export function announcedGateway({ from }: TalqSource, given: readonly JsonObject[]): TalqDocument {
  const [device, ...others] = given;
  const functions = objects(device?.functions);
  const own = functions.find(({ type }) => type === GATEWAY_FUNCTION);
  if (device === undefined || others.length > 0 || text(object(own?.gatewayUri).value) === undefined) {
    const expected = 'expected one device with a GatewayFunction that has a gatewayUri';
    throw new TalqError(400, 'payloadError', `got ${given.length} devices, ${expected}`);
  }
  const told = [device.address, object(own?.gatewayAddress).value];
  const wrong = told.find((address) => address !== undefined && address !== '' && address !== NIL);
  if (wrong !== undefined) {
    throw new TalqError(400, 'payloadError', `the address of a new gateway is ${wrong}, expected ${NIL}`);
  }
  const { gatewayAddress = '', clientAddress } = from;
  const addresses = { gatewayAddress: textAttribute(gatewayAddress), cmsAddress: textAttribute(clientAddress) };
  return {
    ...device,
    address: gatewayAddress.toLowerCase(),
    functions: functions.map((each) => (each === own ? { ...each, ...addresses } : each)),
  };
}

/** Tells the gateway our address, which ends the first step of the bootstrap. @throws SourceError */
export async function attach(
  outgoing: Outgoing,
  source: TalqSource,
  device: TalqDocument,
  signal: AbortSignal,
): Promise<void> {
  const id = objects(device.functions).find(({ type }) => type === GATEWAY_FUNCTION)?.id;
  const own = { id, type: GATEWAY_FUNCTION, cmsAddress: textAttribute(source.from.clientAddress) };
  const { address } = device;
  await sendTalq(outgoing, source, 'PATCH', `devices/${address}`, { address, functions: [own] }, signal, {
    accepted: [200, 202],
  });
}

/** Whether a gateway at this step may send the request; anything else waits until the bootstrap has ended. */
export function isPartOfBootstrap(request: FastifyRequest, step: BootstrapStep, gatewayAddress: string): boolean {
  const { method, routeOptions } = request;
  const path = routeOptions.url?.split('/:source')[1];
  const { address } = request.params as { readonly address?: string };
  if (path === '/devices/:address' && address?.toLowerCase() === gatewayAddress.toLowerCase()) {
    return method === 'PATCH' || method === 'DELETE';
  }
  return method === 'POST' && (path === '/device-classes' || (path === '/services' && step === 'announced'));
}

function textAttribute(value: string): object {
  return { type: 'AttributeString', value };
}
