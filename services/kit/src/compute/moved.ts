import { move, transferableSymbol, valueSymbol } from 'piscina';

/** For the result of a task: these buffers in it are moved to the caller instead of copied. */
export function moved<Result extends object>(result: Result, buffers: readonly ArrayBuffer[]): Result {
  return move({ [transferableSymbol]: buffers, [valueSymbol]: result }) as Result; // unwrapped when it is sent
}
