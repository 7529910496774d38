import { type ConfigurationDocument, type ConfigurationKind, differentMembers } from '../documents/kinds.ts';
import { merge } from '../documents/merge.ts';
import type { PackObject } from '../store/pack-rows.ts';

/**
 * What an installation does with a document:
 * - `create`, `update`, `delete`; `restore`: what was there before the pack returns
 * - `merge`: the changes made here and those of the new version together
 * - `adopt`: the same document is here already; `same`: nothing changes; `keep`: the one changed here stays
 * - `detach`: the new version has it no longer, but it was changed here, so it stays as a document of one's own
 * - `conflict`: somebody must decide
 */
export type Change =
  | 'create'
  | 'update'
  | 'merge'
  | 'adopt'
  | 'same'
  | 'keep'
  | 'delete'
  | 'restore'
  | 'detach'
  | 'conflict';

export interface Step {
  readonly kind: ConfigurationKind;
  readonly id: string;
  readonly change: Change;
  /** The places where what is here and what the pack has differ, if both count. */
  readonly members: readonly string[];
  /** The document as it is here now. */
  readonly here?: ConfigurationDocument;
  /** The one of the pack, for `conflict`. */
  readonly theirs?: ConfigurationDocument;
  /** Written for `create`, `update`, `merge` and `restore`. */
  readonly write?: ConfigurationDocument;
  /** Stored as coming from the pack; absent: it does not belong to it. */
  readonly object?: Pick<PackObject, 'base' | 'before' | 'stored'>;
}

export type Decision = 'ours' | 'theirs';

interface PlanInput {
  readonly pack: string;
  /** What the pack has, by kind, in the order of application. */
  readonly theirs: ReadonlyMap<ConfigurationKind, readonly ConfigurationDocument[]>;
  /** What is here, of the kinds that the pack has now or had. */
  readonly here: ReadonlyMap<ConfigurationKind, readonly ConfigurationDocument[]>;
  /** Of all packs. */
  readonly objects: readonly PackObject[];
  /** By `<folder>/<id>`. */
  readonly decisions: ReadonlyMap<string, Decision>;
}

/** In the order in which the steps are taken: references come after what they refer to. */
export function planSteps({ pack, theirs, here, objects, decisions }: PlanInput): Step[] {
  const objectOf = new Map(objects.map((object) => [`${object.folder}/${object.id}`, object]));
  const written: Step[] = [];
  const removed: Step[] = [];
  for (const [kind, running] of here) {
    const ours = new Map(running.map((document) => [document.id, document]));
    const wanted = theirs.get(kind) ?? [];
    for (const document of wanted) {
      const key = `${kind.folder}/${document.id}`;
      const known = objectOf.get(key);
      const own = ours.get(document.id);
      const decision = decisions.get(key);
      const step =
        known?.pack === pack
          ? upgraded(kind, document, own, known, decision)
          : installed(kind, document, own, known, decision);
      written.push({ kind, id: document.id, ...(own && { here: own }), ...step });
    }
    for (const object of objects) {
      const { id, folder } = object;
      if (object.pack !== pack || folder !== kind.folder || wanted.some((document) => document.id === id)) continue;
      const own = ours.get(id);
      removed.push({ kind, id, ...(own && { here: own }), ...left(kind, own, object) });
    }
  }
  return [...written, ...removed.reverse()];
}

type Outcome = Omit<Step, 'kind' | 'id' | 'here'>;

/** A document that does not come from this pack yet. */
function installed(
  kind: ConfigurationKind,
  theirs: ConfigurationDocument,
  own: ConfigurationDocument | undefined,
  known: PackObject | undefined,
  decision: Decision | undefined,
): Outcome {
  if (own === undefined) return { change: 'create', members: [], write: theirs, object: { base: theirs } };
  const members = differentMembers(kind, own, theirs);
  // Two packs can't own a document: the first keeps it, and both may have the same.
  if (known !== undefined)
    return members.length === 0 ? { change: 'keep', members } : { change: 'conflict', members, theirs };
  if (members.length === 0) return { change: 'adopt', members, object: { base: theirs, before: own, stored: own } };
  if (decision === 'ours') return { change: 'keep', members };
  if (decision === undefined) return { change: 'conflict', members, theirs };
  return { change: 'update', members, write: theirs, object: { base: theirs, before: own } };
}

function upgraded(
  kind: ConfigurationKind,
  theirs: ConfigurationDocument,
  own: ConfigurationDocument | undefined,
  { base, before, stored = base }: PackObject,
  decision: Decision | undefined,
): Outcome {
  const object = { base: theirs, stored, ...(before && { before }) };
  const isNewer = differentMembers(kind, base, theirs).length > 0;
  if (own === undefined) {
    if (decision === 'theirs') return { change: 'create', members: [], write: theirs, object };
    if (isNewer && decision === undefined) return { change: 'conflict', members: [], theirs };
    return { change: 'keep', members: [], object };
  }
  const members = differentMembers(kind, own, theirs);
  const isChanged = differentMembers(kind, stored, own).length > 0;
  if (members.length === 0 || (!isNewer && !isChanged)) return { change: 'same', members: [], object };
  if (!isChanged) return { change: 'update', members, write: theirs, object };
  if (!isNewer) return { change: 'keep', members, object };
  const complete = (document: ConfigurationDocument) => ({ ...kind.defaults, ...document });
  const { value, conflicts } = merge(complete(base), complete(own), complete(theirs));
  if (conflicts.length === 0 || decision === 'ours') {
    return { change: 'merge', members, write: value as ConfigurationDocument, object };
  }
  if (decision === 'theirs') return { change: 'update', members, write: theirs, object };
  return { change: 'conflict', members: conflicts, theirs };
}

/** A document that the pack has no longer, or that goes with it. */
function left(
  kind: ConfigurationKind,
  own: ConfigurationDocument | undefined,
  { base, before, stored = base }: PackObject,
): Outcome {
  if (own === undefined) return { change: 'same', members: [] };
  const members = differentMembers(kind, stored, own);
  if (members.length > 0 || (kind.isKept && before === undefined)) return { change: 'detach', members };
  if (before === undefined) return { change: 'delete', members };
  if (differentMembers(kind, before, own).length === 0) return { change: 'keep', members };
  return { change: 'restore', members, write: before };
}
