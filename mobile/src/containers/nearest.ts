import { distanceM, type Position } from '../territory/distance.ts';
import type { Container } from './container.ts';
import { hasRoom } from './filling.ts';
import type { WasteKind } from './waste-kind.ts';

/** A container and its distance; no distance while the citizen's place is unknown. */
export interface ContainerNear {
  readonly container: Container;
  readonly metres?: number;
}

/** Sorts by distance; without a position, by commune and street. */
export function sortByDistance(containers: readonly Container[], from: Position | undefined): ContainerNear[] {
  if (from === undefined) {
    return [...containers].sort(byAddress).map((container) => ({ container }));
  }
  return containers
    .map((container) => ({ container, metres: distanceM(from, container.position) }))
    .sort((a, b) => a.metres - b.metres || byAddress(a.container, b.container));
}

/** The nearest other container of the same kind that has room. */
export function nearestWithRoom(containers: readonly Container[], than: Container): ContainerNear | undefined {
  const candidates = containers.filter(
    (other) => other.id !== than.id && other.kind === than.kind && isUsable(other) && hasRoom(other.filling),
  );
  return sortByDistance(candidates, than.position)[0];
}

/** The nearest container with room of each kind, sorted by distance. */
export function nearestOfEachKind(containers: readonly Container[], from: Position): ContainerNear[] {
  const open = containers.filter((container) => hasRoom(container.filling) && isUsable(container));
  const seen = new Set<WasteKind>();
  return sortByDistance(open, from).filter(({ container: { kind } }) => !seen.has(kind) && seen.add(kind));
}

/** The distinct kinds among the containers, in the given order. */
export function kindsAmong(containers: readonly Container[], order: readonly WasteKind[]): WasteKind[] {
  const present = new Set(containers.map((container) => container.kind));
  return order.filter((kind) => present.has(kind));
}

/** False for a container that is burnt, overturned or gone. An open lid or an unknown status does not matter. */
export function isUsable({ status }: Container): boolean {
  return status === 'ok' || status === 'lidOpen' || status === 'unknown';
}

function byAddress(a: Container, b: Container): number {
  return a.commune.localeCompare(b.commune) || a.street.localeCompare(b.street) || a.id.localeCompare(b.id);
}
