/** Prints missed goals; the program then ends with 1. */
export function reportMissedGoals(missed: readonly string[]): void {
  if (missed.length === 0) return;
  console.error(`Missed:\n${missed.map((each) => `- ${each}`).join('\n')}`);
  process.exitCode = 1;
}
