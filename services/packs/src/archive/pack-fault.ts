/** What is wrong with a pack, in a sentence for its reader. */
export class PackFault extends Error {}
