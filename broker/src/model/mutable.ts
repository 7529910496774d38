/** Removes `readonly`: for objects under construction, which nobody else holds yet. */
export type Mutable<Type> = { -readonly [Member in keyof Type]: Type[Member] };
