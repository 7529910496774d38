import { contract, identifier, object, Type, type Value } from '@alzette/kit/contract';
import { HANDOVER } from './paths.ts';

const Instant = Type.String({ format: 'date-time' });
const Signed = Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'The name to show' }));
const Group = Type.Optional(
  Type.String({ minLength: 1, maxLength: 200, description: 'Absent: for all who may act on alarms' }),
);
const Note = object({
  id: Type.String(),
  note: Type.String(),
  at: Instant,
  signed: Signed,
  group: Group,
  isOwn: Type.Boolean(),
  mayDelete: Type.Boolean(),
  taken: Type.Optional(
    object({ at: Instant, signed: Signed, isOwn: Type.Boolean() }, 'The first other person whose shift began after it'),
  ),
});
const NoteBody = object({
  note: Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S' }),
  group: Group,
  signed: Signed,
});

/** What one shift leaves to the next, and when the sender's own shift began. */
export const handoverContract = contract(HANDOVER, {
  read: {
    access: 'subscribe',
    summary: 'When your shift began, and the handover notes that you may read, newest first; they are kept for a month',
    answers: {
      200: object({
        since: Type.Optional(Instant),
        groups: Type.Array(Type.String({ description: 'Yours: notes can be written to them' })),
        mayWrite: Type.Boolean({ description: 'Whether you may write to all who act on alarms' }),
        notes: Type.Array(Note),
      }),
    },
  },
  begin: {
    access: 'subscribe',
    summary: 'Begins your shift: you take over the notes of others that nobody has taken over yet',
    body: object({ signed: Signed }),
    answers: { 200: object({ since: Instant, taken: Type.Integer() }) },
    example: { body: {} },
  },
  write: {
    access: 'subscribe',
    summary: 'Writes a handover note, for a group of yours or for all who may act on alarms',
    body: NoteBody,
    answers: { 201: object({ id: Type.String() }) },
    example: { body: { note: 'Cabinet 12 is open until noon' } },
  },
  remove: {
    access: 'subscribe',
    summary: 'Deletes a handover note; for its author and administrators',
    params: { id: identifier() },
    answers: { 204: null },
    example: { params: { id: 'b4f4b5a5-6d5f-4a63-9a3e-3c1f6f0a2b11' } },
  },
});

export type HandoverContract = typeof handoverContract;
export type HandoverNote = Value<typeof Note>;
export type NoteBody = Value<typeof NoteBody>;
