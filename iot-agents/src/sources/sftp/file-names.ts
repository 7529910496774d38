/**
 * Whether a name matches a pattern with `*` (any text) and `?` (one character), ignoring case. The time is at most the
 * product of both lengths, whatever the pattern.
 */
export function matchesName(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = name.toLowerCase();
  let at = 0;
  let star = -1;
  /** The end of the text matched by the last star. */
  let reached = 0;
  let place = 0;
  while (place < given.length) {
    if (wanted[at] === '*') {
      star = at;
      reached = place;
      at += 1;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[place])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      at = star + 1;
      reached += 1;
      place = reached;
    } else {
      return false;
    }
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}
