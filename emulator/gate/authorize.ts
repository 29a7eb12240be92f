import { ok, type Result } from "../../domain/result.ts";
import type { EpochMs } from "../../domain/units.ts";
import type { ApiKey, Permission } from "../accounts/api-keys.ts";
import { queryHashHolds, readToken, signatureHolds } from "./jwt.ts";
import type { NonceMemory } from "./nonces.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { World } from "../world.ts";

/** What a token is held against. */
export type Credentials = {
  readonly authorization: string | undefined;
  /** Texts of which one must be what `query_hash` is the digest of; one empty text without parameters. */
  readonly hashed: Result<readonly string[], Refusal>;
  /** null: any key. */
  readonly permission: Permission | null;
  /** Address of the caller, IPv4. */
  readonly address: string;
};
export type Authorizer = (credentials: Credentials, nowMs: EpochMs) => Result<ApiKey, Refusal>;

const hashRefused = () => refuse(401, "invalid_query_payload", "Failed to verify the query of Jwt.");

/** Checks in the order that upbit-api 2.3 assumes: token, key, signature, expiry, address, nonce, hash, scope. */
export function createAuthorizer(world: World, freshNonce: NonceMemory): Authorizer {
  return ({ authorization, hashed, permission, address }, nowMs) => {
    const { switches } = world;
    const token = readToken(authorization, switches.otherAlgorithms);
    if (!token.ok) return token;
    const { claims } = token.value;
    const key = world.accounts.keyOf(claims.access_key);
    if (!key) return refuse(switches.unknownKeyStatus, "invalid_access_key", "잘못된 엑세스 키입니다.");
    if (!signatureHolds(token.value, key.secretKey))
      return refuse(401, "jwt_verification", "JWT 토큰 검증에 실패했습니다.");
    if (nowMs >= key.expireAtMs) return refuse(401, "expired_access_key", "만료된 엑세스 키입니다.");
    if (!key.allowedIps.includes(address)) return refuse(401, "no_authorization_ip", "This is not a verified IP.");
    const holds = () => hashed.ok && hashed.value.some((text) => queryHashHolds(claims, text));
    if (!switches.wrongHashUsesNonce && hashed.ok && !holds()) return hashRefused();
    if (!freshNonce(claims, world.clock.wallNow(), switches.nonceMemoryMs))
      return refuse(401, "nonce_used", "이미 사용한 nonce값입니다.");
    if (!hashed.ok) return hashed;
    if (!holds()) return hashRefused();
    if (permission !== null && !key.permissions.includes(permission))
      return refuse(switches.outOfScopeStatus, "out_of_scope", "허용되지 않은 기능입니다.");
    return ok(key);
  };
}
