import replacements from '../../documents/node-red-nodes.json' with { type: 'json' };
import { ForeignFileError, readJson } from './accounts.ts';

interface Node {
  readonly id: string;
  readonly type: string;
  readonly label?: string;
  readonly name?: string;
  readonly disabled?: boolean;
  /** The flow that it is in; configuration has none. */
  readonly z?: string;
}

/** A flow, and what replaces each kind of its nodes here. */
export interface ListedFlow {
  readonly title: string;
  readonly isDisabled: boolean;
  readonly nodes: readonly {
    readonly type: string;
    readonly count: number;
    /** Absent: nothing that we know; keep Node-RED for it. */
    readonly instead?: string;
    readonly page?: string;
  }[];
}

const EXPECTED = 'flows.json: a list of nodes with `id` and `type`';

/** The flows of `flows.json` in their order. @throws ForeignFileError: it is no such file */
export function flowsOfNodeRed(text: string): ListedFlow[] {
  const read = readJson(text, EXPECTED) as readonly Node[] | { readonly flows?: readonly Node[] };
  const nodes = Array.isArray(read) ? (read as readonly Node[]) : (read as { flows?: readonly Node[] })?.flows;
  if (nodes === undefined || nodes.some((node) => typeof node?.type !== 'string'))
    throw new ForeignFileError('file', 'something else', EXPECTED);
  const flows = nodes.filter(({ type }) => type === 'tab' || type === 'subflow');
  return flows.map(({ id, label, name, disabled }) => {
    const own = Map.groupBy(
      nodes.filter(({ z }) => z === id),
      ({ type }) => type,
    );
    const kinds = [...own].map(([type, all]) => ({ type, count: all.length, ...replacementOf(type) }));
    return { title: label || name || id, isDisabled: disabled === true, nodes: kinds };
  });
}

function replacementOf(type: string): { instead?: string; page?: string } {
  const found = replacements.find(({ nodes }) => nodes.includes(type));
  return found === undefined ? {} : { instead: found.instead, page: found.page };
}
