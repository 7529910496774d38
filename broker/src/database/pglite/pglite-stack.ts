import type { PGlite } from '@electric-sql/pglite';

/** Where the stack of the compiled PostgreSQL ends; its types do not tell of it. */
interface WithStack {
  readonly ___stack_pointer: { value: number };
}

/**
 * Calls PGlite and puts its stack back to where it was. With each statement that PostgreSQL refuses PGlite leaves a
 * kilobyte of it behind: after some 1,500 it would refuse them all, or answer them with nothing.
 */
export async function onLevelStack<Result>(pglite: PGlite, call: () => Promise<Result>): Promise<Result> {
  const { ___stack_pointer: pointer } = pglite.Module as unknown as WithStack; // as it is there
  const level = pointer.value;
  try {
    return await call();
  } finally {
    pointer.value = level;
  }
}
