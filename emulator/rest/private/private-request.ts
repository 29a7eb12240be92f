import type { Result } from "../../../domain/result.ts";
import type { EpochMs } from "../../../domain/units.ts";
import type { ApiKey } from "../../accounts/api-keys.ts";
import { refuse, type Refusal } from "../../refusal.ts";
import type { World } from "../../world.ts";
import type { Query } from "../request.ts";

/** A request whose token was accepted. */
export type PrivateRequest = {
  readonly world: World;
  readonly key: ApiKey;
  readonly query: Query;
  /** null for GET and DELETE */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly nowMs: EpochMs;
};
export type PrivateHandler = (request: PrivateRequest) => Result<unknown, Refusal>;

export const invalidParameter = (message = "잘못된 파라미터입니다.") => refuse(400, "invalid_parameter", message);
export const orderNotFound = () => refuse(404, "order_not_found", "주문을 찾지 못했습니다.");
export const marketNotFound = () => refuse(400, "notfoundmarket", "마켓 정보를 찾을 수 없습니다.");
