import { randomUUID } from 'node:crypto';
import { startWebServer } from '../../../iot-agents/test/support/web-server.ts';

/** A lamp on the screen of the operator's supervision. */
export interface SupervisedLamp {
  readonly address: string;
  readonly name: string;
  /** Percent. */
  level: number;
  /** W, kWh, V, A. */
  power: number;
  energy: number;
  voltage: number;
  current: number;
  powerFactor: number;
  lampFailure: boolean;
  /** ISO 8601. */
  at: string;
  /** The id of the calendar that it follows. */
  calendar?: string;
}

const SECRET = 'secret-of-the-supervision';
const MEASURES = {
  activePower: 'power',
  activeEnergy: 'energy',
  supplyVoltage: 'voltage',
  supplyCurrent: 'current',
  powerFactor: 'powerFactor',
} as const;

/** A supervision system with TALQ 2.7.1: it answers as a gateway, and reports to us as one. */
export async function startSupervision(lamps: SupervisedLamp[], products: string, source: string) {
  const [cms, gateway] = [randomUUID(), randomUUID()];
  const services = [
    { name: 'ConfigurationService' },
    { name: 'DataCollectService', maximumDataLogs: 4 },
    { name: 'ControlService', dayOffset: 12 },
  ];
  const programs = new Map<string, Program>();
  const calendars = new Map<string, Calendar>();
  const server = await startWebServer(({ method, url, body }) => {
    const resource = url.pathname.replace('/talq/', '');
    if (url.searchParams.get('clientAddress') !== cms) return { status: 400 };
    if (method === 'POST') {
      const given = JSON.parse(body);
      if (resource === 'override-commands') void obey(given);
      if (resource === 'control-programs') for (const each of given) programs.set(each.id, each);
      if (resource === 'calendars') for (const each of given) calendars.set(each.id, each);
      if (resource === 'assign-commands') void follow(given);
      return { status: resource.endsWith('-commands') ? 202 : 201 };
    }
    const lists: { [name: string]: unknown } = { devices: lamps.map(deviceOf), services, groups: [] };
    return resource in lists ? { body: lists[resource] } : { status: 404 };
  });

  async function call(resource: string, body: unknown, method = 'POST'): Promise<void> {
    const target = new URL(`${products}/iot/talq/${source}/${resource}`);
    target.searchParams.set('clientAddress', gateway);
    target.searchParams.set('talqRequestId', randomUUID());
    const headers = {
      authorization: `Bearer ${SECRET}`,
      'talq-api-version': '2.7.1',
      'content-type': 'application/json',
    };
    const answer = await fetch(target, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${resource}: ${answer.status} ${await answer.text()}`);
  }

  const report = (...data: object[]) =>
    call('log-reports', { address: 'logger', entries: data.map((each) => ({ data: each })) });

  /** Sets the commanded levels, and reports them. */
  async function obey({ addresses, targetCommand }: Command): Promise<void> {
    for (const { address } of addresses) {
      const lamp = lamps.find((one) => one.address === address);
      if (lamp === undefined) continue;
      lamp.level = targetCommand?.state.value ?? 100;
      lamp.at = new Date().toISOString();
      await report({
        type: 'StateChangeEventLogData',
        srcAddress: `${address}/lampActuator`,
        eventType: 'lightStateChange',
        timestamp: lamp.at,
        command: targetCommand ?? { state: { name: 'LevelState', value: lamp.level } },
      });
    }
  }

  /** Assigns a calendar, and tells so for each lamp. */
  async function follow({ addresses, entity }: Assignment): Promise<void> {
    for (const { address } of addresses) {
      const lamp = lamps.find((one) => one.address === address);
      if (lamp === undefined) continue;
      lamp.calendar = entity.address;
      const calendarID = { type: 'AttributeString', value: entity.address };
      await call(`devices/${address}`, { functions: [{ id: 'lampActuator', calendarID }] }, 'PATCH');
    }
  }

  return {
    /** The level in percent of its programme by default that a lamp has at a local time (`HH:MM:SS`) of a night. */
    plannedLevel({ calendar = '' }: SupervisedLamp, time: string): number | undefined {
      const controls = programs.get(calendars.get(calendar)?.defaultProgram ?? '')?.fixedTimeControls ?? [];
      const begun = controls.filter(({ startTime }) => startTime <= time);
      // Before the first of the day, the last of the day before still applies.
      const [latest] = (begun.length > 0 ? begun : [...controls]).sort((a, b) =>
        b.startTime.localeCompare(a.startTime),
      );
      return latest?.command.state.value;
    },
    /** The source's settings in the product. */
    source: {
      id: source,
      name: 'Supervision',
      kind: 'talq',
      from: { url: `${server.url}/talq`, clientAddress: cms, gatewayAddress: gateway, gatewaySecret: SECRET },
    },
    announce: () => call('services', services),
    /** Reports the complete state of a lamp. */
    tell: (lamp: SupervisedLamp) =>
      report(
        ...Object.entries(MEASURES).map(([attributeName, member]) => ({
          type: 'AttributeLogData',
          srcAddress: `${lamp.address}/lampMonitor`,
          attributeName,
          timestamp: lamp.at,
          attributeValue: { type: 'AttributeFloat', value: lamp[member], timestamp: lamp.at },
        })),
        {
          type: 'EventLogData',
          srcAddress: `${lamp.address}/lampMonitor`,
          eventType: 'lampFailure',
          startEndFlag: lamp.lampFailure,
          timestamp: lamp.at,
        },
      ),
    close: () => server.close(),
  };
}

interface Command {
  readonly addresses: readonly { readonly address: string }[];
  readonly targetCommand?: { readonly state: { readonly value: number }; readonly cmsRefId: string };
}

interface Assignment {
  readonly addresses: readonly { readonly address: string }[];
  readonly entity: { readonly address: string };
}

interface Program {
  readonly id: string;
  readonly fixedTimeControls: readonly {
    readonly startTime: string;
    readonly command: { readonly state: { readonly value: number } };
  }[];
}

interface Calendar {
  readonly id: string;
  readonly defaultProgram: string;
}

function deviceOf(lamp: SupervisedLamp) {
  const { address, name, level, lampFailure, at } = lamp;
  const float = (value: number) => ({ type: 'AttributeFloat', value, timestamp: at });
  return {
    address,
    name,
    class: 'luminaire',
    functions: [
      {
        id: 'basic',
        type: 'BasicFunction',
        displayName: { type: 'AttributeString', value: name },
        location: { type: 'AttributeLocation', value: { latitude: 49.47, longitude: 5.91 } },
      },
      {
        id: 'lampActuator',
        type: 'LampActuatorFunction',
        actualLightState: { type: 'AttributeLevelState', timestamp: at, value: { name: 'LevelState', value: level } },
      },
      {
        id: 'lampMonitor',
        type: 'LampMonitorFunction',
        ...Object.fromEntries(Object.entries(MEASURES).map(([name, member]) => [name, float(lamp[member])])),
        lampFailure: { type: 'AttributeBoolean', value: lampFailure, timestamp: at },
      },
    ],
  };
}
