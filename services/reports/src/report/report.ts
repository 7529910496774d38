/** FixMyStreet's statuses, in our own terms. */
export const OPEN_STATUSES = ['open', 'investigating', 'planned', 'inProgress'] as const;
export const CLOSED_STATUSES = ['fixed', 'notOurs', 'duplicate', 'noAction'] as const;
export const STATUSES = [...OPEN_STATUSES, ...CLOSED_STATUSES] as const;
export type Status = (typeof STATUSES)[number];

/** Texts and photos of authors are not public before moderation. */
export const MODERATIONS = ['pending', 'accepted', 'hidden'] as const;
type Moderation = (typeof MODERATIONS)[number];

/** Why a report is hidden, for the figures: the reason in words may name a person. */
export const HIDDEN_CAUSES = ['person', 'insult', 'offTopic', 'other'] as const;
export type HiddenCause = (typeof HIDDEN_CAUSES)[number];

/** The stored state of a report, without its author. Times are ISO 8601 UTC. */
export interface Report {
  /** Short enough to be read out on the telephone, e.g. `K7Q2M9XD4T`. */
  readonly id: string;
  readonly category: string;
  /** Longitude, latitude. */
  readonly position: readonly [number, number];
  /** The slug of the commune that contains it, and its scope. */
  readonly commune: string;
  readonly communeScope: string;
  /** The entity it is about. */
  readonly asset?: string;
  readonly status: Status;
  readonly moderation: Moderation;
  /** The reason for hiding it, which is shown to the author. */
  readonly hiddenReason?: string;
  /** Absent: hidden before there were causes. */
  readonly hiddenCause?: HiddenCause;
  /** The responsible organisation, which sees its own reports, and a service or team in it. */
  readonly organisation?: string;
  readonly assignee?: string;
  readonly requestedAt: string;
  readonly updatedAt: string;
  readonly promisedAt?: string;
  readonly closedAt?: string;
  /** The author's text, as a moderator published it. */
  readonly publicText?: string;
  readonly publicAddress?: string;
  readonly photos: readonly Photo[];
  /** Photos that were replaced by blurred copies and must be deleted. */
  readonly discardedPhotos?: readonly string[];
  readonly duplicateOf?: string;
  readonly workOrders: readonly string[];
  /** The number of others who reported the same problem. */
  readonly supporters: number;
  readonly reopened: number;
  readonly isSatisfied?: boolean;
  /** The origin: `app`, `desk`, `open311:<key>`. */
  readonly source: string;
}

export interface Photo {
  readonly id: string;
  readonly isPublic: boolean;
}

/** A rectangle of a photo, as shares of its width and height from the upper left corner, 0 to 1. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function isOpen(status: Status): boolean {
  return (OPEN_STATUSES as readonly string[]).includes(status);
}

const URN = 'urn:ngsi-ld:ServiceRequest:';

export function urnOf(id: string): string {
  return URN + id;
}

export function idOf(urn: string): string | undefined {
  return urn.startsWith(URN) ? urn.slice(URN.length) : undefined;
}
