import { Type } from '@alzette/kit/contract';
import { DOCUMENT, DONE, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../database.ts';
import { isObject } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { paging } from '../http/paging.ts';
import type { AgentDevice, EffectiveConfig, ServiceGroup } from './agent-config.ts';
import type { AgentDirectory } from './agent-directory.ts';
import type { ServicePath } from './provisioning.ts';
import {
  changeAgentDevice,
  changeGroup,
  createAgentDevices,
  createGroups,
  deleteAgentDevice,
  deleteGroup,
  findAgentDevice,
  listAgentDevices,
  listGroups,
} from './provisioning.ts';
import { readAgentDevice, readGroup, readList, wrongSyntax } from './provisioning-input.ts';

type Keyed = { Querystring: { apikey?: string; resource?: string; device?: string } };
type OneDevice = { Params: { id: string }; Querystring: { apikey?: string } };

/** Creates command attributes on the entities of these devices. */
interface OfferedCommands {
  offer(configs: readonly EffectiveConfig[]): Promise<void>;
}

const EVERY_PATH = '/*';

interface ProvisioningParts {
  readonly db: Database;
  readonly directory: AgentDirectory;
  readonly commandAttributes?: OfferedCommands;
}

/** FIWARE's provisioning API: `/services` and `/groups` (equivalent), `/devices`, `/op/delete`. */
export async function provisioningRoutes(app: FastifyInstance, parts: ProvisioningParts): Promise<void> {
  // Before the answer, so that the client can rely on the change.
  app.addHook('onSend', async ({ method }) => {
    if (method !== 'GET') parts.directory.forget();
  });
  for (const member of ['services', 'groups'] as const) groupRoutes(app, parts, member);
  deviceProvisioningRoutes(app, parts);
  app.post(
    '/op/delete',
    operation({ access: 'administerAll', summary: 'Deletes several devices', answers: DONE }),
    (request, reply) => deleteDevices(parts, request, reply),
  );
}

function groupRoutes(app: FastifyInstance, { db }: ProvisioningParts, member: 'services' | 'groups'): void {
  app.post(
    `/${member}`,
    operation({ access: 'administer', summary: 'Adds groups of devices', answers: { 201: Type.Object({}) } }),
    async (request, reply) => {
      const path = onePath(request);
      const list = readList(request.body, member, member === 'groups' ? 'services' : 'groups');
      await createGroups(
        db,
        list.map((group, at) => readGroup(group, path, `${member}[${at}]`)),
      );
      return reply.code(201).send({});
    },
  );
  app.get<Keyed>(
    `/${member}`,
    operation({ access: 'administer', summary: 'Groups of devices that share a key', answers: DOCUMENT }),
    async (request) => {
      const { apikey, resource } = request.query;
      const { count, groups } = await listGroups(db, servicePath(request), { ...paging(request), apikey, resource });
      return { count, [member]: groups.map(shownGroup) };
    },
  );
  app.put<Keyed>(
    `/${member}`,
    operation({ access: 'administer', summary: 'Changes a group of devices', answers: DONE }),
    async (request, reply) => {
      const path = servicePath(request);
      await changeGroup(db, path, keyOf(request), (group) => {
        const { service: _, subservice: __, ...given } = objectOf(request.body);
        return readGroup({ ...group, ...given }, group, member);
      });
      return reply.code(204).send();
    },
  );
  app.delete<Keyed>(
    `/${member}`,
    operation({
      access: 'administer',
      summary: 'Deletes a group; `device=true` also deletes its devices',
      answers: DONE,
    }),
    async (request, reply) => {
      const withDevices = request.query.device === 'true';
      await deleteGroup(db, servicePath(request), { ...keyOf(request), withDevices });
      return reply.code(204).send();
    },
  );
}

function deviceProvisioningRoutes(app: FastifyInstance, parts: ProvisioningParts): void {
  const { db } = parts;
  app.post(
    '/devices',
    operation({ access: 'administer', summary: 'Adds devices', answers: { 201: Type.Object({}) } }),
    async (request, reply) => {
      const path = onePath(request);
      const devices = readList(request.body, 'devices').map((device, at) =>
        readAgentDevice(device, path, `devices[${at}]`),
      );
      await createAgentDevices(db, devices);
      await offerCommands(parts, devices);
      return reply.code(201).send({});
    },
  );
  app.get(
    '/devices',
    operation({ access: 'administer', summary: 'Devices of the FIWARE protocols', answers: DOCUMENT }),
    async (request) => {
      const { count, devices } = await listAgentDevices(db, servicePath(request), paging(request));
      return { count, devices: devices.map(shown) };
    },
  );
  app.get<OneDevice>(
    '/devices/:id',
    operation({ access: 'administer', summary: 'One device', answers: DOCUMENT }),
    async (request) => shown(await findAgentDevice(db, servicePath(request), request.params.id, request.query.apikey)),
  );
  app.put<OneDevice>(
    '/devices/:id',
    operation({ access: 'administer', summary: 'Changes a device', answers: DONE }),
    async (request, reply) => {
      const given = objectOf(request.body);
      if ('device_id' in given || 'apikey' in given) {
        const member = 'device_id' in given ? 'device_id' : 'apikey';
        throw new RegistryError('BAD_REQUEST', `Request error: ${member} can not be changed`);
      }
      const path = servicePath(request);
      const { service: _, subservice: __, ...changes } = given;
      const device = await changeAgentDevice(db, path, request.params.id, request.query.apikey, (before) =>
        readAgentDevice({ ...before, ...changes }, before, 'the device'),
      );
      await offerCommands(parts, [device]);
      return reply.code(204).send();
    },
  );
  app.delete<OneDevice>(
    '/devices/:id',
    operation({ access: 'administer', summary: 'Deletes a device', answers: DONE }),
    async (request, reply) => {
      await deleteAgentDevice(db, servicePath(request), request.params.id, request.query.apikey);
      return reply.code(204).send();
    },
  );
}

async function deleteDevices(
  { db }: ProvisioningParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const path = servicePath(request);
  const missing: string[] = [];
  for (const [at, item] of readList(request.body, 'devices').entries()) {
    const { deviceId, apikey } = objectOf(item);
    if (typeof deviceId !== 'string') throw wrongSyntax(`devices[${at}].deviceId is not a text`);
    try {
      await deleteAgentDevice(db, path, deviceId, typeof apikey === 'string' ? apikey : undefined);
    } catch (cause) {
      if (!(cause instanceof RegistryError)) throw cause;
      missing.push(deviceId);
    }
  }
  if (missing.length === 0) return reply.code(204).send();
  throw new RegistryError('DEVICE_NOT_FOUND', `No device was found with id:${missing.join(', ')}`);
}

/** A device with commands can receive them before it has measured anything. */
async function offerCommands(
  { directory, commandAttributes }: ProvisioningParts,
  devices: readonly AgentDevice[],
): Promise<void> {
  if (commandAttributes === undefined) return;
  const configs = [];
  for (const device of devices) {
    const config = await directory.configOf(device);
    if (config.commands.length > 0) configs.push(config);
  }
  await commandAttributes.offer(configs);
}

/** The tenant is the service; the path is `/` by default. @throws RegistryError MISSING_HEADERS */
function servicePath({ tenant, headers }: FastifyRequest): ServicePath {
  const subservice = headers['fiware-servicepath'];
  const isGiven = typeof subservice === 'string' && subservice !== '';
  if (tenant !== '') return { service: tenant, subservice: isGiven ? subservice : '/' };
  const missing = ['fiware-service', ...(isGiven ? [] : ['fiware-servicepath'])];
  const message = `Some headers were missing from the request: ${JSON.stringify(missing)}`;
  throw new RegistryError('MISSING_HEADERS', message);
}

/** @throws RegistryError WRONG_SYNTAX: all paths can be queried, but not written to */
function onePath(request: FastifyRequest): ServicePath {
  const path = servicePath(request);
  if (path.subservice === EVERY_PATH || !path.subservice.startsWith('/')) {
    throw wrongSyntax(`fiware-servicepath is "${path.subservice}", expected a path such as "/" or "/lights"`);
  }
  return path;
}

/** @throws RegistryError MISSING_CONFIG_PARAMS */
function keyOf({ query }: { query: Keyed['Querystring'] }): { apikey: string; resource: string } {
  const { apikey, resource } = query;
  if (apikey === undefined || resource === undefined) {
    const missing = [...(apikey === undefined ? ['apikey'] : []), ...(resource === undefined ? ['resource'] : [])];
    const message = `The following mandatory configuration parameters were missing: ${missing.join(', ')}`;
    throw new RegistryError('MISSING_CONFIG_PARAMS', message);
  }
  return { apikey, resource };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw wrongSyntax(`got ${JSON.stringify(value)?.slice(0, 100)}, expected a JSON object`);
  return value;
}

/** In FIWARE's form: missing lists are empty, and the group's apikey is left out. */
function shown({ subservice, apikey, ...device }: AgentDevice): object {
  return {
    attributes: [],
    lazy: [],
    static_attributes: [],
    ...device,
    commands: (device.commands ?? []).map((command) => ({ object_id: command.name, ...command })),
    service_path: subservice,
    ...(apikey === '' ? {} : { apikey }),
  };
}

function shownGroup(group: ServiceGroup): object {
  return { attributes: [], lazy: [], commands: [], static_attributes: [], internal_attributes: [], ...group };
}
