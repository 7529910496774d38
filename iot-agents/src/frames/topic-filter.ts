/** Whether the filter matches all that the other one does. Level by level: a wildcard takes a wildcard to cover it. */
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

/** Whether there may be a topic that both filters match. */
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

/** The topics that an MQTT topic filter matches. */
export function filterPattern(filter: string): RegExp {
  const levels = filter.split('/').map((level) => (level === '+' ? '[^/]+' : level === '#' ? '.*' : escaped(level)));
  return new RegExp(`^${levels.join('/').replace(/\/\.\*$/, '(?:/.*)?')}$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
