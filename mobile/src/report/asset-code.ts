/** What a QR code or a plate names: an entity's id, or a number to look up. */
export type AssetCode = { readonly id: string } | { readonly number: string };

const URN = /urn:ngsi-ld:[\w:.-]+/;
const NUMBER = /^[\w.-]{1,40}$/;

/**
 * Reads what a label says: an address such as `https://…/app/e/urn%3Angsi-ld%3A…`, an id, or a number as it is typed.
 *
 * @returns undefined: it is none of these
 */
export function readAssetCode(said: string): AssetCode | undefined {
  const text = decoded(said.trim());
  const id = URN.exec(text)?.[0];
  if (id !== undefined) return { id };
  const last = /^https?:\/\/[^?#]*\/e\/([^/?#]+)/.exec(text)?.[1] ?? text;
  const number = last.replace(/^n[°o]\s*/i, '').replaceAll(' ', '');
  return NUMBER.test(number) ? { number } : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign of its own
  }
}
