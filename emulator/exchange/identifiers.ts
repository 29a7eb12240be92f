/** Clients' names for orders: one owner uses each once, over all pockets and for ever. Source: upbit-api 4.3. */
export type Identifiers = {
  isUsed(pocketId: string, identifier: string | null): boolean;
  /** Uses it up; null is no identifier. */
  burn(pocketId: string, identifier: string | null): void;
};

/** @param used by owner; filled in place
 *  @param onBurn told of each that was not used before */
export function createIdentifiers(
  used: Map<string, Set<string>>,
  ownerOf: (pocketId: string) => string,
  onBurn: (owner: string, identifier: string) => void,
): Identifiers {
  return {
    isUsed: (pocketId, identifier) => identifier !== null && (used.get(ownerOf(pocketId))?.has(identifier) ?? false),
    burn: (pocketId, identifier) => {
      if (identifier === null) return;
      const owner = ownerOf(pocketId);
      const names = used.get(owner);
      if (names?.has(identifier)) return;
      onBurn(owner, identifier);
      if (names) names.add(identifier);
      else used.set(owner, new Set([identifier]));
    },
  };
}
