/**
 * A script that removes features that Chrome 106, the last version for Android 6, lacks. It must run in a page before its own
 * code. A string, because it runs in the browser.
 */
export const NO_NEW_FEATURES = `{
  const newer = [
    [AbortSignal, ['any']],
    [Array, ['fromAsync']],
    [Array.prototype, ['toSorted', 'toReversed', 'toSpliced', 'with']],
    [Document.prototype, ['startViewTransition']],
    [HTMLElement.prototype, ['showPopover', 'hidePopover', 'togglePopover']],
    [Intl, ['DurationFormat']],
    [Map, ['groupBy']],
    [Object, ['groupBy']],
    [Promise, ['withResolvers', 'try']],
    [Set.prototype, ['union', 'intersection', 'difference', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom']],
    [String.prototype, ['isWellFormed', 'toWellFormed']],
    [URL, ['canParse', 'parse']],
    [Object.getPrototypeOf(Object.getPrototypeOf([].values())),
      ['map', 'filter', 'take', 'drop', 'flatMap', 'reduce', 'toArray', 'forEach', 'some', 'every', 'find']],
    [globalThis, ['Iterator', 'Float16Array', 'CSSScopeRule', 'scheduler']],
  ];
  for (const [owner, names] of newer) for (const name of names) delete owner[name];
}`;
