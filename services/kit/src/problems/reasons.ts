/**
 * The kinds of refusals that a program can tell in the language of its reader, by `reason` of a problem (RFC 9457, 3.2).
 * `detail` says the same in English, with more for those who call the API.
 */
export const REASONS = [
  /** A member is absent. */
  'lacking',
  /** A member has no such name. */
  'unknown',
  /** The value is none of the list. */
  'choice',
  /** The number is not between the bounds. */
  'number',
  /** The text is too short or too long. */
  'length',
  /** The list has too few or too many items. */
  'count',
  /** The value is of another form or type. */
  'form',
  /** Any other value that is not accepted. */
  'value',
  /** The name or identifier is used already. */
  'taken',
  /** Somebody changed it meanwhile. */
  'changed',
  /** Somebody else is changing it now: the same request works later. */
  'busy',
  /** It was decided on, or has ended. */
  'decided',
  /** Its state does not allow this. */
  'state',
  /** Something has to be done or decided first. */
  'open',
  /** The most that is allowed exists already. */
  'full',
  /** Something else needs it. */
  'needed',
  /** Nobody has set up on this server what is needed for it. */
  'unset',
  /** It does not exist, or not any more. */
  'absent',
  /** The caller has no right to it. */
  'denied',
  /** Somebody else than who asked for it has to approve it. */
  'secondPerson',
  /** A part of the server does not answer now. */
  'away',
] as const;

export type ReasonKind = (typeof REASONS)[number];

export interface Reason {
  readonly kind: ReasonKind;
  /** The member or parameter, with its path: `rows.0.value`. */
  readonly field?: string;
  /** The bounds of a number, or of the length of a text or list. */
  readonly from?: number;
  readonly to?: number;
  /** Which values are known. */
  readonly allowed?: readonly string[];
}
