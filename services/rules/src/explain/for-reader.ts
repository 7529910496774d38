import { type Judge, lacking } from '@alzette/kit/objects';
import type { BookAlarm } from '../alarm-register/book-alarm.ts';

/** Those of the attributes of an entity that may not be read. */
export async function hiddenOf(
  judge: Judge,
  { id, type }: { readonly id: string; readonly type: string },
  attributes: readonly string[],
): Promise<string[]> {
  const isHidden = async (names: readonly string[]) =>
    (await lacking(judge, 'read', { type, ids: [id], attributes: names })).size > 0;
  if (attributes.length === 0 || !(await isHidden(attributes))) return [];
  const hidden = await Promise.all(attributes.map(async (name) => ((await isHidden([name])) ? [name] : [])));
  return hidden.flat();
}

/** An alarm without the facts about its entity, and the other entities, that may not be read. */
export async function alarmForReader(judge: Judge, alarm: BookAlarm) {
  const { entity, members, text, dedupKey, ...rest } = alarm;
  const parents = Object.keys(entity.parents);
  const hidden = new Set(await hiddenOf(judge, entity, ['name', 'location', ...parents]));
  const others = members.filter((id) => id !== entity.id);
  const unseen = await lacking(judge, 'read', { type: entity.type, ids: others, attributes: [] });
  const { name, location, ...facts } = entity;
  return {
    ...rest,
    ...(!hidden.has('name') && { text }),
    ...(!parents.some((attr) => hidden.has(attr)) && { dedupKey }),
    members: members.filter((id) => !unseen.has(id)),
    entity: {
      ...facts,
      ...(name !== undefined && !hidden.has('name') && { name }),
      ...(location !== undefined && !hidden.has('location') && { location }),
      parents: Object.fromEntries(Object.entries(entity.parents).filter(([attr]) => !hidden.has(attr))),
    },
  };
}
