/** Computes until the first of the shared numbers is set. It sets the second one first. */
export default function spin(shared: SharedArrayBuffer): void {
  const [numbers, begun] = [new Int32Array(shared), 1];
  Atomics.store(numbers, 1, begun);
  Atomics.notify(numbers, 1);
  while (Atomics.load(numbers, 0) === 0);
}
