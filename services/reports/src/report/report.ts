/** As FixMyStreet's, in the words of this product. */
export const OPEN_STATUSES = ['open', 'investigating', 'planned', 'inProgress'] as const;
export const CLOSED_STATUSES = ['fixed', 'notOurs', 'duplicate', 'noAction'] as const;
export const STATUSES = [...OPEN_STATUSES, ...CLOSED_STATUSES] as const;
export type Status = (typeof STATUSES)[number];

/** Nothing that an author wrote or photographed is public before somebody has looked at it. */
export const MODERATIONS = ['pending', 'accepted', 'hidden'] as const;
type Moderation = (typeof MODERATIONS)[number];

/** All that is kept of a report beside its author. Times are ISO 8601 UTC. */
export interface Report {
  /** Short, as it can be told on the telephone, e.g. `K7Q2M9XD4T`. */
  readonly id: string;
  readonly category: string;
  /** Longitude, latitude. */
  readonly position: readonly [number, number];
  /** The slug of the commune that it lies in, and that one's scope. */
  readonly commune: string;
  readonly communeScope: string;
  /** The entity it is about. */
  readonly asset?: string;
  readonly status: Status;
  readonly moderation: Moderation;
  /** Why it is not shown, as its author is told. */
  readonly hiddenReason?: string;
  /** Who is to see to it: an organisation, which sees what is its own, and a service or a team of it. */
  readonly organisation?: string;
  readonly assignee?: string;
  readonly requestedAt: string;
  readonly updatedAt: string;
  readonly promisedAt?: string;
  readonly closedAt?: string;
  /** What a moderator has made public of the author's words. */
  readonly publicText?: string;
  readonly publicAddress?: string;
  readonly photos: readonly Photo[];
  /** Photos that were replaced by copies of which something is blurred; they are deleted. */
  readonly discardedPhotos?: readonly string[];
  readonly duplicateOf?: string;
  readonly workOrders: readonly string[];
  /** How many others have said that they have the problem, too. */
  readonly supporters: number;
  readonly reopened: number;
  readonly isSatisfied?: boolean;
  /** Where it came from: `app`, `desk`, `open311:<key>`. */
  readonly source: string;
}

export interface Photo {
  readonly id: string;
  readonly isPublic: boolean;
}

/** A rectangle of a photo, in shares of its width and height from the upper left corner, 0 to 1. */
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
