/*
 * A layer describes how a map shows a type of entities: the class of each entity by its attributes. The broker counts
 * by class in SQL, and pages classify single entities when they change; both use the same layers.
 */

export type MapSeverity = 'warning' | 'alarm';

/** One layer: the entities of a type. Names are terms of the present @context. */
export interface MapLayer {
  readonly type: string;
  /** An entity has the first class whose conditions all match; otherwise `unknown`. */
  readonly classes: readonly MapClass[];
  /** A numeric attribute that is returned with each point, e.g. a filling level. */
  readonly value?: string;
  /** The attribute whose `observedAt` shows the age of an entity's data. */
  readonly observed?: string;
  /** Seconds after which an entity counts as silent; absent: never. */
  readonly silentAfter?: number;
}

export interface MapClass {
  /** Unique within the layer. */
  readonly key: string;
  readonly severity?: MapSeverity;
  /** All conditions must match; without conditions it always matches. */
  readonly when: readonly MapCondition[];
}

/** A condition on the default instance of an attribute. A missing attribute never matches. */
export interface MapCondition {
  readonly attribute: string;
  /** One of these values, compared as text. */
  readonly is?: readonly string[];
  /** None of these values, compared as text. */
  readonly isNot?: readonly string[];
  /** A number, at least this. */
  readonly from?: number;
  /** A number, less than this. */
  readonly below?: number;
}

/** The class of an entity that no class of the layer describes. */
export const UNKNOWN_CLASS = 'unknown';

/**
 * The key of an entity's class.
 *
 * @param read returns the value of an attribute, undefined if it is missing
 */
export function classOf({ classes }: MapLayer, read: (attribute: string) => unknown): string {
  const found = classes.find(({ when }) => when.every((condition) => holds(condition, read(condition.attribute))));
  return found?.key ?? UNKNOWN_CLASS;
}

function holds({ is, isNot, from, below }: MapCondition, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (is && !is.includes(text)) return false;
  if (isNot?.includes(text)) return false;
  if (from !== undefined && !(typeof value === 'number' && value >= from)) return false;
  return below === undefined || (typeof value === 'number' && value < below);
}
