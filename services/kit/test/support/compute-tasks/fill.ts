/** Takes memory without end. */
export default function fill(): number {
  const taken: number[][] = [];
  for (;;) taken.push(Array.from({ length: 100_000 }, (_, i) => i + taken.length));
}
