/** The same with members that can be set: while something is made, and nobody else has it yet. */
export type Mutable<Type> = { -readonly [Member in keyof Type]: Type[Member] };
