import type { Geometry } from '../entity.ts';
import type { PostalAddress } from './address.ts';

/** What everything that stands in the territory tells of itself. Dates are ISO 8601 UTC throughout. */
export interface AssetAttributes {
  name?: string;
  description?: string;
  location?: Geometry;
  address?: PostalAddress;
  /** The devices that measure it. */
  refDevice?: string | string[];
}
