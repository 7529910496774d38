import type { PGlite } from '@electric-sql/pglite';

/** The stack pointer of the compiled PostgreSQL, which is missing in its types. */
interface WithStack {
  readonly ___stack_pointer: { value: number };
}

/**
 * Calls PGlite and restores its stack pointer. With each refused statement PGlite leaks a kilobyte of stack: after
 * about 1,500 of them it would refuse everything, or return nothing.
 */
export async function onLevelStack<Result>(pglite: PGlite, call: () => Promise<Result>): Promise<Result> {
  const { ___stack_pointer: pointer } = pglite.Module as unknown as WithStack; // present at run time
  const level = pointer.value;
  try {
    return await call();
  } finally {
    pointer.value = level;
  }
}
