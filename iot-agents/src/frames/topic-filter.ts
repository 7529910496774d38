/**
 * Whether the filter matches everything that the other one does, level by level. A wildcard can only be covered by a
 * wildcard.
 */
export function coversTopic(filter: string, topic: string): boolean {
  const asked = topic.split('/');
  const granted = filter.split('/');
  for (const [at, level] of granted.entries()) {
    if (level === '#') return true;
    const given = asked[at];
    if (given === undefined || given === '#' || (level !== '+' && level !== given)) return false;
  }
  return granted.length === asked.length;
}

/** Whether a topic can match both filters. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [one, other].map((filter) => filter.replace(/^\$share\/[^/]+\//, '').split('/')) as [
    string[],
    string[],
  ];
  for (let at = 0; ; at++) {
    const [x, y] = [a[at], b[at]];
    if (x === '#' || y === '#' || (x === undefined && y === undefined)) return true;
    if (x === undefined || y === undefined) return false;
    if (x !== y && x !== '+' && y !== '+') return false;
  }
}

/** Returns a function that tests a topic against these filters. Here `+` does not match an empty level. */
export function topicMatcher(filters: readonly string[]): (topic: string) => boolean {
  const all = filters.map((filter) => filter.split('/'));
  return (topic) => all.some((levels) => matches(levels, topic));
}

/** Without splitting the topic, because every message that is published is tested. */
function matches(levels: readonly string[], topic: string): boolean {
  let start = 0;
  for (const level of levels) {
    if (level === '#') return true;
    if (start > topic.length) return false;
    const slash = topic.indexOf('/', start);
    const end = slash < 0 ? topic.length : slash;
    const isSame = level === '+' ? end > start : end - start === level.length && topic.startsWith(level, start);
    if (!isSame) return false;
    start = end + 1;
  }
  return start > topic.length;
}

/** Whether the filter matches the topic (MQTT 3.1.1, 4.7). Here `+` matches an empty level, as in any MQTT broker. */
export function topicMatches(filter: string, topic: string): boolean {
  return coversTopic(filter, topic);
}
