/** A postal address after schema.org, as the value of `address`. */
export interface PostalAddress {
  streetAddress?: string;
  addressLocality?: string;
  postalCode?: string;
  addressRegion?: string;
  /** ISO 3166 alpha-2. */
  addressCountry?: string;
}
