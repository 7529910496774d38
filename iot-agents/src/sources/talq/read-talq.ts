import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Database } from '../../database.ts';
import { object } from '../../frames/json-values.ts';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import { fetchOutgoing, refusal, shown } from '../../outgoing/outgoing.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import type { Harvest, HarvestedItem } from '../items/harvest.ts';
import type { ItemProblem } from '../items/item-mapping.ts';
import { attach } from './bootstrap.ts';
import type { TalqDocument } from './gateway-rows.ts';
import { findGateway, listTalqDevices, lockTalqDevices, noteGateway, replaceTalqDevices } from './gateway-rows.ts';
import { configureLogger, loggerConfigs } from './logger-config.ts';
import { dateTime, faultsOf, isLamp, readTalqDevice } from './talq-device.ts';
import { groupEntities } from './talq-group.ts';
import { alertId, deviceItems, talqItem } from './talq-items.ts';
import { talqHeaders, talqUrl } from './talq-request.ts';
import type { TalqFrom, TalqSource } from './talq-source.ts';

const PAGE = 200;
const MAX_DEVICES = 100_000;

/**
 * Reads all devices of a gateway. Alerts of faults that have ended get `validTo`. @throws SourceError
 * Longer than 80 lines: one exchange with a gateway, step after step.
 */
export async function readTalq(
  db: Database,
  outgoing: Outgoing,
  source: TalqSource,
  options: {
    readonly state: Readonly<Record<string, unknown>>;
    readonly signal: AbortSignal;
    readonly isPreview: boolean;
  },
): Promise<Harvest> {
  const { id, from } = source;
  const { state, signal, isPreview } = options;
  const readAt = new Date().toISOString();
  const items: HarvestedItem[] = [];
  const problems: ItemProblem[] = [];
  const gateway = await findGateway(db, source);
  const attachedAt = isPreview ? state.attachedAt : await attachOnce(db, outgoing, source, gateway, options);
  if (gateway.bootstrap !== null && !isPreview) {
    return { rows: 0, items, problems, refused: 0, state: { ...state, attachedAt }, store: async () => {} };
  }
  const documents: TalqDocument[] = [];
  const lamps = new Set<string>();
  let rows = 0;
  for await (const devices of pagesFrom(outgoing, from, signal)) {
    for (const value of devices) {
      const device = readTalqDevice(value);
      if (device === undefined) {
        const got = JSON.stringify(value)?.slice(0, 100);
        problems.push({
          item: rows,
          field: 'address',
          got,
          message: `no device with an address: ${got}`,
          refused: true,
        });
      } else {
        // It has an address, so it is an object.
        documents.push({ ...(value as TalqDocument), address: device.address });
        if (isLamp(device)) lamps.add(device.address);
        items.push(...deviceItems(id, device, readAt));
      }
      rows += 1;
    }
  }
  const refused = problems.length;
  const alerts = items.filter(({ key }) => key.startsWith('urn:ngsi-ld:Alert:')).map(({ key }) => key);
  const known = (await listTalqDevices(db, source)).map(readTalqDevice).filter((device) => device !== undefined);
  const last =
    known.length === 0 && Array.isArray(state.alerts)
      ? state.alerts
      : known.flatMap((device) => faultsOf(device).map((fault) => alertId(id, device.address, fault)));
  for (const alert of last) {
    if (typeof alert !== 'string' || alerts.includes(alert)) continue;
    const over: Entity = { id: alert, type: 'Alert', validTo: dateTime(readAt) };
    items.push(talqItem(over, over));
  }

  const note = (field: string, cause: unknown): undefined => {
    if (!(cause instanceof SourceError)) throw cause;
    problems.push({ field, message: cause.message, refused: false });
  };
  const services = await listFrom(outgoing, from, 'services', signal).catch((cause) => note('services', cause));
  const groups = await listFrom(outgoing, from, 'groups', signal).catch((cause) => note('groups', cause));
  for (const group of groupEntities(id, groups ?? [], lamps)) items.push(talqItem(group, group));
  const loggers = isPreview || from.gatewaySecret === undefined ? [] : loggerConfigs(source);
  const isSame = (state.beganAt ?? null) === gateway.beganAt; // since then it has no loggers of ours
  const configured = isSame && Array.isArray(state.loggers) ? [...state.loggers] : [];
  for (const config of loggers) {
    if (configured.includes(config.address)) continue;
    await configureLogger(outgoing, source, config, signal).then(
      () => configured.push(config.address),
      (cause) => note('logger-configs', cause),
    );
  }
  return {
    rows,
    items,
    problems: problems.slice(0, 100),
    refused,
    state: { alerts, loggers: configured, beganAt: gateway.beganAt, attachedAt },
    async store(tx) {
      await replaceTalqDevices(tx, source, documents);
      await noteGateway(tx, source, {
        ...(services === undefined ? {} : { services }),
        ...(groups === undefined ? {} : { groups }),
        hasCalled: false,
      });
    },
  };
}

/** Tells a gateway that has announced itself our address. Returns of which announcement that was. @throws SourceError */
async function attachOnce(
  db: Database,
  outgoing: Outgoing,
  source: TalqSource,
  { beganAt }: { readonly beganAt: string | null },
  { state, signal }: { readonly state: Readonly<Record<string, unknown>>; readonly signal: AbortSignal },
): Promise<unknown> {
  if (beganAt === null || state.attachedAt === beganAt) return state.attachedAt;
  const address = source.from.gatewayAddress?.toLowerCase() ?? '';
  const device = (await lockTalqDevices(db, source, [address])).get(address);
  if (device === undefined) return state.attachedAt; // it has reset itself, and not announced itself again
  await attach(outgoing, source, device, signal);
  return beganAt;
}

/** All devices. A gateway that does not tell their number is read until a page is short, or is the one before again. */
async function* pagesFrom(outgoing: Outgoing, from: TalqFrom, signal: AbortSignal): AsyncGenerator<unknown[]> {
  let before = '';
  for (let offset = 0, total = Number.POSITIVE_INFINITY; offset < Math.min(total, MAX_DEVICES); ) {
    const { devices, count } = await devicesFrom(outgoing, from, offset, signal);
    const page = JSON.stringify(devices.map((device) => object(device).address));
    if (devices.length === 0 || page === before) return;
    yield devices;
    before = page;
    offset += devices.length;
    total = count ?? (devices.length === PAGE ? Number.POSITIVE_INFINITY : 0);
  }
}

async function devicesFrom(
  outgoing: Outgoing,
  from: TalqFrom,
  offset: number,
  signal: AbortSignal,
): Promise<{ devices: unknown[]; count: number | undefined }> {
  const url = talqUrl(from, 'devices');
  url.searchParams.set('offset', String(offset));
  url.searchParams.set('limit', String(PAGE));
  const answer = await fetchOutgoing(outgoing, url.href, { ...talqHeaders(from), signal });
  if (answer.status !== 200) throw refusal(answer);
  const count = Number(answer.headers.get('pagination-totalCount') ?? Number.NaN);
  return { devices: readList(url, answer.body), count: Number.isNaN(count) ? undefined : count };
}

/** A resource that is optional for gateways; undefined: not available. */
async function listFrom(
  outgoing: Outgoing,
  from: TalqFrom,
  resource: 'services' | 'groups',
  signal: AbortSignal,
): Promise<unknown[] | undefined> {
  const url = talqUrl(from, resource);
  const answer = await fetchOutgoing(outgoing, url.href, { ...talqHeaders(from), signal });
  if (answer.status === 404 || answer.status === 501) return undefined;
  if (answer.status !== 200) throw refusal(answer);
  return readList(url, answer.body);
}

function readList(url: URL, body: Uint8Array): unknown[] {
  let list: unknown;
  try {
    list = JSON.parse(Buffer.from(body).toString());
  } catch (cause) {
    throw new SourceError(`${shown(url)} did not answer with JSON`, { cause });
  }
  if (!Array.isArray(list)) throw new SourceError(`${shown(url)} did not answer with a list`);
  return list;
}
