import type { GenericSchema } from "valibot";
import { LimitsSchema } from "../../domain/limits.ts";
import * as wire from "../../domain/wire.ts";

/** What each route that takes a body reads it with; null where it reads none. A route that is missing here fails the
 *  fuzz. */
export const ROUTE_BODIES: Readonly<Record<string, GenericSchema | null>> = {
  "POST /api/name-check": wire.NameCheckSchema,
  "POST /api/sign-up": wire.SignUpSchema,
  "POST /api/sign-in-salt": wire.SaltRequestSchema,
  "POST /api/log-in": wire.LogInSchema,
  "POST /api/log-out": null,
  "POST /api/re-authenticate": wire.ReAuthenticationSchema,
  "PUT /api/password": wire.PasswordChangeSchema,
  "POST /api/members/:id": wire.MemberChangeSchema,
  "POST /api/invitations": wire.InvitationEntrySchema,
  "POST /api/master-key/rotate": null,
  "POST /api/notices/read": wire.NoticesReadSchema,
  "PUT /api/push": wire.PushEntrySchema,
  "PUT /api/key": wire.KeyEntrySchema,
  "POST /api/orders": wire.OrderEntrySchema,
  "POST /api/orders/:id/cancel": null,
  "POST /api/reservations": wire.ReservationEntrySchema,
  "PUT /api/reservations/:id": wire.ReservationPlanSchema,
  "POST /api/reservations/:id/cancel": null,
  "POST /api/reservations/:id/pause": null,
  "POST /api/reservations/:id/resume": null,
  "PUT /api/limits": LimitsSchema,
  "POST /api/halt": null,
  "POST /api/admin/halt": null,
  "POST /api/auto-sessions": wire.AutoSessionEntrySchema,
  "POST /api/auto-sessions/:id/beat": wire.LeaseTokenSchema,
  "POST /api/auto-sessions/:id/end": wire.LeaseTokenSchema,
  "PUT /api/models/serving/:market": wire.PublishedModelSchema,
};
