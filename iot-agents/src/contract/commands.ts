import { byName, contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { COMMANDS } from './paths.ts';
import { Count, PAGE } from './schemas.ts';

const Command = Type.Object({
  id: Type.String(),
  entityId: Type.String(),
  name: Type.String(),
  state: Type.String(),
  createdAt: Type.String(),
  status: Type.String({ description: 'As in `<command>_status` of the entity' }),
  way: Type.Optional(Type.Unknown()),
});
type Asked = { readonly command: string; readonly value?: unknown; readonly expiresAt?: string } & (
  | { readonly entityId: string }
  | { readonly entityIds: readonly string[]; readonly intervalMs?: number }
  | {
      readonly query: { readonly type: string; readonly q?: string; readonly scopeQ?: string };
      readonly intervalMs?: number;
    }
);
const ALL = { access: 'administerAll' } as const;
const BY_ID = { ...ALL, params: { id: text() } } as const;

/** Commands to one device, or to many with a pause between them. */
export const commandContract = contract(COMMANDS, {
  send: {
    ...ALL,
    summary: 'Sends a command to one entity, a list of them, or a query of them',
    body: Type.Unsafe<Asked>({ type: 'object' }),
    answers: {
      202: Type.Object({
        id: Type.Optional(Type.String()),
        batch: Type.Optional(Type.String()),
        ids: Type.Optional(Type.Array(Type.String())),
      }),
    },
    example: { body: { entityId: 'urn:ngsi-ld:Streetlight:1', command: 'dim', value: 50 } },
  },
  list: {
    ...ALL,
    summary: 'Commands and their states, newest first',
    query: { ...PAGE, entityId: text({ max: 2000 }), batch: text() },
    answers: {
      200: object({
        count: Count,
        states: Type.Optional(byName(Type.Integer(), { description: 'The progress of a group' })),
        commands: Type.Array(Command),
      }),
    },
  },
  command: { ...BY_ID, summary: 'One command and its state', answers: { 200: Command } },
  cancel: { ...BY_ID, summary: 'Cancels a command that has not been sent', answers: { 204: null } },
});

export type CommandContract = typeof commandContract;
export type SentCommand = Value<typeof Command>;
