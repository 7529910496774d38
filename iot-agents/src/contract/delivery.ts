import { contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { DELIVERY } from './paths.ts';
import { Count, Frame, Instant, PAGE, TextOrNull } from './schemas.ts';

const About = Type.Object({
  name: Type.String(),
  version: Type.String(),
  startedAt: Instant,
  mqtt: Type.Unknown(),
  amqp: Type.Optional(Type.Unknown()),
  inbox: Type.Object({ waiting: Count, oldest: Type.Union([Instant, Type.Null()]) }),
  counters: Type.Unknown(),
  warnings: Type.Array(Type.Unknown()),
});
const PendingDevice = object({ devEui: Type.String(), frames: Type.Array(Frame) });
const QuarantinedFrame = Type.Object(
  {
    id: Type.Integer(),
    devEui: TextOrNull,
    topic: Type.String(),
    body: Type.String(),
    profile: TextOrNull,
    reason: Type.String(),
    message: Type.String(),
    decoded: Type.Optional(Type.Object({ data: Type.Unknown(), warnings: Type.Array(Type.String()) })),
    quarantinedAt: Instant,
  },
  { description: 'With the reason, the output of its codec, and warnings' },
);
const ALL = { access: 'administerAll' } as const;

/** The state of delivery, and messages that need an operator. */
export const deliveryContract = contract(DELIVERY, {
  about: {
    ...ALL,
    summary: 'The state of the agents: counters, warnings, the inbox, MQTT',
    answers: { 200: About },
  },
  version: { ...ALL, summary: 'The state of the agents, at the path that FIWARE clients use', answers: { 200: About } },
  pending: {
    ...ALL,
    summary: 'Devices that send messages but are not registered',
    query: PAGE,
    answers: { 200: object({ count: Count, devices: Type.Array(PendingDevice) }) },
  },
  quarantine: {
    ...ALL,
    summary: 'The quarantine: messages that could not be read or mapped',
    query: { ...PAGE, reason: text(), devEui: text() },
    answers: { 200: object({ count: Count, frames: Type.Array(QuarantinedFrame) }) },
  },
  replay: {
    ...ALL,
    summary: 'Processes a quarantined message again',
    params: { id: text() },
    answers: { 202: null },
  },
});

export type DeliveryContract = typeof deliveryContract;
export type PendingDevice = Value<typeof PendingDevice>;
export type QuarantinedFrame = Value<typeof QuarantinedFrame>;
