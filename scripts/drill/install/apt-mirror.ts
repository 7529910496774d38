import { execFileSync } from 'node:child_process';

/** The mirror that apt of this machine uses for Debian. @throws Error: it has none */
export function aptMirror(): string {
  const filter = ['Created-By: Packages', 'Origin: Debian'];
  const targets = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)', ...filter], { encoding: 'utf8' });
  const uri = targets.split('\n').find((one) => one !== '' && !one.includes('-security'));
  if (uri === undefined) throw new Error('apt of this machine has no mirror of Debian: give one as --mirror');
  return uri.replace(/\/$/, '');
}
