import type { EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import { withoutExpired } from '../model/expiry.ts';
import type { NameCompactor } from '../model/names.ts';
import { type Format, representEntity } from '../model/represent/represent.ts';

/** A change as an event of a `text/event-stream`. A deleted entity is reported with id and type only. */
export function eventText(id: string, change: EntityChange, names: NameCompactor, format: Format): string {
  const entity = change.after ? withoutExpired(change.after, change.at) : bare(change.before as Entity); // one of the two exists
  const data = {
    trigger: triggerOf(change),
    at: change.at,
    changed: changedNames(change, names),
    entity: representEntity(entity, names, { format, sysAttrs: false }),
  };
  return `id: ${id}\nevent: entity\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Shows the client that the connection works; comments are invisible to pages. */
export const HEARTBEAT = 'event: heartbeat\ndata: {}\n\n';

/** Contains the id of the last change, so that a client without further events can resume from there. */
export function marker(event: 'ready' | 'reset', lastId: string): string {
  return `id: ${lastId}\nevent: ${event}\ndata: {}\n\n`;
}

function triggerOf({ before, after }: EntityChange): 'entityCreated' | 'entityUpdated' | 'entityDeleted' {
  if (before === undefined) return 'entityCreated';
  return after === undefined ? 'entityDeleted' : 'entityUpdated';
}

function changedNames({ attributes }: EntityChange, names: NameCompactor): string[] {
  const changed = new Set<string>();
  for (const { name } of attributes) changed.add(names.compact(name));
  return [...changed];
}

function bare({ id, types, createdAt, modifiedAt }: Entity): Entity {
  return { id, types, createdAt, modifiedAt, attributes: {} };
}
