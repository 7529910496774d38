import { bodyReader, type JsonSchema, object } from '@alzette/kit/bodies';
import { refused } from '@alzette/kit/problems';
import type { Geometry } from '@alzette/ngsi-ld-schemas';
import { PRIORITIES, type Priority } from './work-order.ts';

const NAME = { type: 'string', minLength: 1, maxLength: 200 };
const LONG = { type: 'string', minLength: 1, maxLength: 5000 };
const INSTANT = { type: 'string', format: 'date-time' };
const REFERENCE = { type: 'string', format: 'uri', maxLength: 2000 };
const REFERENCES = { type: 'array', items: REFERENCE, maxItems: 200, uniqueItems: true };
const ITEM_ID = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' };
/** Also one level of a scope, which policies use to name the members of the organisation. */
const ORGANISATION = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' };
const nullable = (schema: { readonly type: string }) => ({ ...schema, type: [schema.type, 'null'] });

export interface NewWorkOrder {
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
  readonly priority?: Priority;
  readonly about?: readonly string[];
  readonly location?: Geometry;
  readonly dueDate?: string;
  readonly organisation?: string;
  readonly assignee?: string;
  readonly checklist?: readonly { readonly id: string; readonly label: string }[];
  readonly needsSignature?: boolean;
  /** Ids of the alarms that the order resolves. */
  readonly alarms?: readonly string[];
  readonly serviceRequests?: readonly string[];
}

export const readNewWorkOrder = bodyReader<NewWorkOrder>(
  object({
    id: { type: 'string', pattern: '^urn:ngsi-ld:WorkOrder:[A-Za-z0-9._:-]{1,200}$' },
    name: NAME,
    description: LONG,
    priority: { enum: PRIORITIES },
    about: REFERENCES,
    location: { type: 'object' },
    dueDate: INSTANT,
    organisation: ORGANISATION,
    assignee: NAME,
    checklist: { type: 'array', items: object({ id: ITEM_ID, label: NAME }, ['id', 'label']), maxItems: 100 },
    needsSignature: { type: 'boolean' },
    alarms: REFERENCES,
    serviceRequests: REFERENCES,
  }),
);

/** An act on a work order. */
export type WorkOrderAct =
  | { readonly act: 'start' | 'close' | 'reopen' }
  | { readonly act: 'hold' | 'cancel'; readonly reason: string }
  | { readonly act: 'assign'; readonly organisation?: string | null; readonly assignee?: string | null }
  | { readonly act: 'check'; readonly item: string; readonly done: boolean }
  | { readonly act: 'time'; readonly minutes: number; readonly date: string }
  | { readonly act: 'photo'; readonly url: string; readonly title?: string }
  | { readonly act: 'comment'; readonly text: string }
  | {
      readonly act: 'complete';
      readonly outcome?: string;
      readonly signature?: { readonly name: string; readonly image?: string };
    }
  | ({ readonly act: 'edit' } & Edit);

export interface Edit {
  readonly name?: string;
  readonly description?: string | null;
  readonly priority?: Priority;
  readonly dueDate?: string | null;
  readonly checklist?: readonly { readonly id: string; readonly label: string }[];
}

const act = (name: string) => ({ act: { const: name } });
const schemas: { readonly [act in WorkOrderAct['act']]: JsonSchema } = {
  start: object(act('start'), ['act']),
  close: object(act('close'), ['act']),
  reopen: object(act('reopen'), ['act']),
  hold: object({ ...act('hold'), reason: LONG }, ['act', 'reason']),
  cancel: object({ ...act('cancel'), reason: LONG }, ['act', 'reason']),
  assign: object({ ...act('assign'), organisation: nullable(ORGANISATION), assignee: nullable(NAME) }, ['act']),
  check: object({ ...act('check'), item: ITEM_ID, done: { type: 'boolean' } }, ['act', 'item', 'done']),
  time: object(
    {
      ...act('time'),
      minutes: { type: 'integer', minimum: 1, maximum: 24 * 60 },
      date: { type: 'string', format: 'date' },
    },
    ['act', 'minutes', 'date'],
  ),
  photo: object({ ...act('photo'), url: REFERENCE, title: NAME }, ['act', 'url']),
  comment: object({ ...act('comment'), text: LONG }, ['act', 'text']),
  complete: object(
    { ...act('complete'), outcome: LONG, signature: object({ name: NAME, image: REFERENCE }, ['name']) },
    ['act'],
  ),
  edit: object(
    {
      ...act('edit'),
      name: NAME,
      description: nullable(LONG),
      priority: { enum: PRIORITIES },
      dueDate: nullable(INSTANT),
      checklist: { type: 'array', items: object({ id: ITEM_ID, label: NAME }, ['id', 'label']), maxItems: 100 },
    },
    ['act'],
  ),
};
const readers = Object.fromEntries(
  Object.entries(schemas).map(([name, schema]) => [name, bodyReader<WorkOrderAct>(schema)]),
);

/** For `/openapi`. */
export const WORK_ORDER_ACT: JsonSchema = { oneOf: Object.values(schemas) };

/** @throws Problem 400: names the member */
export function readWorkOrderAct(given: unknown): WorkOrderAct {
  const name = (given as { act?: unknown } | null | undefined)?.act;
  const read = typeof name === 'string' && Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (read === undefined) throw refused('act', name, `one of ${Object.keys(schemas).join(', ')}`);
  return read(given);
}

/** An act that was done offline and is sent when the device is online again. */
interface OfflineAct {
  /** The device's own id of the act; the same key is applied once. */
  readonly key: string;
  /** When it was done, by the device's clock. */
  readonly at?: string;
  /** The version of the order that the device knew. A different version is a conflict if the act would overwrite. */
  readonly version?: number;
  readonly act: unknown;
}

export const readOfflineActs = bodyReader<{ acts: readonly OfflineAct[] }>(
  object(
    {
      acts: {
        type: 'array',
        minItems: 1,
        maxItems: 200,
        items: object(
          {
            key: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,128}$' },
            at: INSTANT,
            version: { type: 'integer', minimum: 1 },
            act: { type: 'object' },
          },
          ['key', 'act'],
        ),
      },
    },
    ['acts'],
  ),
);
