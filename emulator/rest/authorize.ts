import { ok, type Result } from "../../domain/result.ts";
import type { EpochMs } from "../../domain/units.ts";
import type { ApiKey, Permission } from "../api-keys.ts";
import { queryHashHolds, readToken, signatureHolds } from "../jwt.ts";
import { refuse, type Refusal } from "../refusal.ts";

/** What a token is held against. */
export type Credentials = {
  readonly authorization: string | undefined;
  /** Text that `query_hash` must be the digest of, empty without parameters. */
  readonly hashed: string;
  /** Address of the caller, IPv4. */
  readonly address: string;
};
export type Authorizer = (
  credentials: Credentials,
  permission: Permission | null,
  nowMs: EpochMs,
) => Result<ApiKey, Refusal>;

/** Checks in the order that upbit-api 2.3 assumes: token, key, signature, expiry, address, nonce, hash, scope.
 *  @param freshNonce answers false for a nonce it has seen */
export function createAuthorizer(
  keys: readonly ApiKey[],
  freshNonce: (accessKey: string, nonce: string) => boolean,
): Authorizer {
  return ({ authorization, hashed, address }, permission, nowMs) => {
    const token = readToken(authorization);
    if (!token.ok) return token;
    const { claims } = token.value;
    const key = keys.find(({ accessKey }) => accessKey === claims.access_key);
    if (!key) return refuse(401, "invalid_access_key", "잘못된 엑세스 키입니다.");
    if (!signatureHolds(token.value, key.secretKey))
      return refuse(401, "jwt_verification", "JWT 토큰 검증에 실패했습니다.");
    if (nowMs >= key.expireAtMs) return refuse(401, "expired_access_key", "만료된 엑세스 키입니다.");
    if (!key.allowedIps.includes(address)) return refuse(401, "no_authorization_ip", "This is not a verified IP.");
    if (!freshNonce(claims.access_key, claims.nonce)) return refuse(401, "nonce_used", "이미 사용한 nonce값입니다.");
    if (!queryHashHolds(claims, hashed))
      return refuse(401, "invalid_query_payload", "Failed to verify the query of Jwt.");
    if (permission !== null && !key.permissions.includes(permission))
      return refuse(401, "out_of_scope", "허용되지 않은 기능입니다.");
    return ok(key);
  };
}
