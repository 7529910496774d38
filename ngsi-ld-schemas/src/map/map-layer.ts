/*
 * How a map shows a type of entities: which class each belongs to, by its attributes. The broker counts by it in SQL, and
 * pages class single entities by it as they change: both read the same layers.
 */

export type MapSeverity = 'warning' | 'alarm';

/** One layer: the entities of a type. Names are terms of the @context in force. */
export interface MapLayer {
  readonly type: string;
  /** The first whose conditions all hold is the class of an entity; none: it is `unknown`. */
  readonly classes: readonly MapClass[];
  /** An attribute whose number is told with each point, e.g. a filling level. */
  readonly value?: string;
  /** An attribute whose `observedAt` tells how old what is known of an entity is. */
  readonly observed?: string;
  /** Seconds after which an entity counts as silent. Without it none does. */
  readonly silentAfter?: number;
}

export interface MapClass {
  /** Unique in its layer. */
  readonly key: string;
  readonly severity?: MapSeverity;
  /** All must hold; none: always. */
  readonly when: readonly MapCondition[];
}

/** On the value of the default instance of an attribute. An attribute that is missing satisfies none. */
export interface MapCondition {
  readonly attribute: string;
  /** One of these, compared as text. */
  readonly is?: readonly string[];
  /** None of these, compared as text. */
  readonly isNot?: readonly string[];
  /** A number, at least so much. */
  readonly from?: number;
  /** A number, less than so much. */
  readonly below?: number;
}

/** The class of what no class of a layer describes. */
export const UNKNOWN_CLASS = 'unknown';

/**
 * The key of the class that the values of an entity put it in.
 *
 * @param read the value of an attribute, undefined where there is none
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
