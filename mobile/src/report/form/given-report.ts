import type { Asset } from '@alzette/reports/contract';
import type { Position } from '../../territory/distance.ts';

/** The place of the report, and its source. */
export interface ReportPlace {
  readonly at: Position;
  readonly by: 'photo' | 'position' | 'map' | 'street' | 'commune' | 'asset';
}

/** As many as the server takes. */
export const MOST_PHOTOS = 5;

/** What the form has. */
export interface GivenReport {
  photos: readonly File[];
  place: ReportPlace | undefined;
  asset: Asset | undefined;
  /** The number on the asset, if it could not be looked up. */
  assetCode: string;
  category: string;
  description: string;
  answers: Readonly<Record<string, string>>;
}

export const NOTHING_GIVEN: GivenReport = {
  photos: [],
  place: undefined,
  asset: undefined,
  assetCode: '',
  category: '',
  description: '',
  answers: {},
};

/** Whether somebody has given anything. A proposed place alone is nothing. */
export function isGiven({ photos, place, asset, assetCode, category, description }: GivenReport): boolean {
  const isPlaceChosen = place !== undefined && (place.by === 'map' || place.by === 'street');
  return (
    photos.length > 0 ||
    isPlaceChosen ||
    asset !== undefined ||
    [assetCode, category, description.trim()].some((text) => text !== '')
  );
}
