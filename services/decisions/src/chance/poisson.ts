const STEPS = 80;

/**
 * The exact interval that holds the mean of a count with 95 % confidence. Two rates whose intervals overlap can hardly
 * be told apart.
 */
export function poissonInterval(count: number): { readonly low: number; readonly high: number } {
  const tail = 0.025;
  const low = count === 0 ? 0 : solved((mean) => 1 - upTo(count - 1, mean) < tail, 0, count);
  return { low, high: solved((mean) => upTo(count, mean) > tail, count, 2 * count + 20) };
}

/** Where a condition that holds from `from` on ends. */
function solved(holds: (mean: number) => boolean, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The probability of at most so many. */
function upTo(count: number, mean: number): number {
  let [logTerm, sum] = [-mean, Math.exp(-mean)];
  for (let n = 1; n <= count; n += 1) {
    logTerm += Math.log(mean) - Math.log(n);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}
