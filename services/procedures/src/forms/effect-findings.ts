import { modelOfType, requiredAttributes } from '@alzette/ngsi-ld-schemas/models';
import type { Field } from '../contract/form.ts';
import type { Effect, Finding } from '../contract/procedure.ts';
import type { Texts } from '../contract/texts.ts';
import { SAY } from './finding-words.ts';

export type Note = (level: Finding['level'], at: string, rule: string, text: Texts) => void;

/** What the service writes itself into each entity. */
const GIVEN: ReadonlySet<string> = new Set(['name', 'refServiceCase']);

/** What prevents an action from having its effect. */
export function checkEffect(effect: Effect, at: string, fields: ReadonlyMap<string, Field>, note: Note): void {
  if (effect.does === 'entity') {
    checkEntity(effect, at, fields, note);
    return;
  }
  for (const [member, field] of Object.entries(effect)) {
    if (member !== 'does' && typeof field === 'string' && !fields.has(field))
      note('error', `${at}.${member}`, 'workflow', SAY.unknownField(field));
  }
}

/** Entities have a history and subscribers, which an erasure does not reach: so nothing personal may be in them. */
function checkEntity(
  { type, fields: from, values, days = {}, replaces }: Effect & { readonly does: 'entity' },
  at: string,
  fields: ReadonlyMap<string, Field>,
  note: Note,
): void {
  const model = modelOfType(type);
  if (model === undefined) {
    note('error', `${at}.type`, 'workflow', SAY.unknownType(type));
    return;
  }
  const given = [...Object.keys(from), ...Object.keys(values), ...Object.keys(days)];
  for (const name of given) {
    if (model.attributes[name] === undefined)
      note('error', `${at}.${name}`, 'workflow', SAY.unknownAttribute(name, type));
  }
  for (const name of requiredAttributes(model)) {
    if (!GIVEN.has(name) && !given.includes(name))
      note('error', `${at}.${name}`, 'workflow', SAY.missingAttribute(name, type));
  }
  for (const [name, path] of Object.entries(from)) {
    const field = fields.get(path.split('.')[0] ?? '');
    if (field === undefined) note('error', `${at}.fields.${name}`, 'workflow', SAY.unknownField(path));
    else if (field.personal !== undefined) note('error', `${at}.fields.${name}`, 'RGPD', SAY.personalEntity(field.id));
  }
  if (replaces !== undefined && !fields.has(replaces))
    note('error', `${at}.replaces`, 'workflow', SAY.unknownField(replaces));
  if (replaces !== undefined && !model.attributes.status?.values?.includes('ended'))
    note('error', `${at}.replaces`, 'workflow', SAY.unknownAttribute('status: ended', type));
}
