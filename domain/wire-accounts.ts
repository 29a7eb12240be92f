import * as v from "valibot";
import { MarketCodeSchema } from "./market-code.ts";
import type { EpochMs } from "./units.ts";

/** The contract between web and relay about accounts, sessions, keys and the trail. */

const Epoch = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.transform((value) => value as EpochMs),
);

/** GET /api/deployment, anyone: what the page must know before somebody is signed in */
export const DeploymentSchema = v.object({
  signUp: v.picklist(["open", "invitation", "closed"]),
  /** IPv4 addresses to register at the exchange for a key; empty when the deployment does not know its own. */
  egressAddresses: v.array(v.string()),
  /** base64url, 65 bytes; null when no push messages are sent. */
  vapidPublicKey: v.nullable(v.string()),
});
export type Deployment = v.InferOutput<typeof DeploymentSchema>;

// ── who one is ───────────────────────────────────────────────────────────────────────────────────────────────────
/** Names people log in with: letters of any script, digits and `._-`, compared without case. */
export const NameSchema = v.pipe(
  v.string(),
  v.trim(),
  v.normalize("NFC"),
  v.toLowerCase(),
  v.regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{1,31}$/u),
);
const DisplayNameSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(40));
/** 16 random bytes, lower-case hex. */
const SaltSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
/** Argon2id of the password under the salt, made in the browser: 32 bytes, lower-case hex. The relay never sees a password. */
const VerifierSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const CodeSchema = v.pipe(v.string(), v.trim(), v.maxLength(64));
/** Argon2id parameters; a change needs a new verifier version. Source: RFC 9106, section 4 (second recommendation, memory cut for phones). */
export const ARGON2 = { memoryKib: 19_456, iterations: 2, parallelism: 1, hashLength: 32 } as const;

export const UserSchema = v.object({
  id: v.string(),
  name: v.string(),
  displayName: v.string(),
  role: v.picklist(["member", "admin"]),
  createdAtMs: Epoch,
});
export type User = v.InferOutput<typeof UserSchema>;

/** POST /api/name-check, anyone, throttled */
export const NameCheckSchema = v.strictObject({ name: NameSchema });
export const NameCheckAnswerSchema = v.object({ taken: v.boolean() });
/** POST /api/sign-up, anyone → 201 { user } and a session cookie. The first admin needs the set-up code; where sign-up
 *  is by invitation, everybody else a code that an admin made. */
export const SignUpSchema = v.strictObject({
  name: NameSchema,
  displayName: DisplayNameSchema,
  salt: SaltSchema,
  verifier: VerifierSchema,
  setUpCode: v.optional(CodeSchema),
  invitationCode: v.optional(CodeSchema),
});
/** POST /api/sign-in-salt, anyone. An unknown name gets a stable salt that looks like any other. */
export const SaltRequestSchema = v.strictObject({ name: NameSchema });
export const SaltAnswerSchema = v.object({ salt: SaltSchema });
/** POST /api/log-in, anyone → 200 { user } and a session cookie. POST /api/log-out, owner → 204. */
export const LogInSchema = v.strictObject({ name: NameSchema, verifier: VerifierSchema });
/** GET /api/me, owner */
export const UserAnswerSchema = v.object({ user: UserSchema });
/** POST /api/re-authenticate, owner → 204: opens five minutes for what needs the password given just now */
export const ReAuthenticationSchema = v.strictObject({ verifier: VerifierSchema });
/** PUT /api/password, fresh → 204: every other session ends */
export const PasswordChangeSchema = v.strictObject({ salt: SaltSchema, verifier: VerifierSchema });
/** DELETE /api/account, fresh → 204: keys, sessions and the name go; what is left carries a number only */

/** GET /api/sessions, owner. DELETE /api/sessions/:id, DELETE /api/sessions (everywhere, this one too), owner → 204 */
export const SessionsAnswerSchema = v.object({
  sessions: v.array(
    v.object({
      id: v.string(),
      /** Browser and system, coarse. */
      device: v.string(),
      /** The caller's network, not the address. */
      address: v.string(),
      createdAtMs: Epoch,
      seenAtMs: Epoch,
      current: v.boolean(),
    }),
  ),
});
export type SessionEntry = v.InferOutput<typeof SessionsAnswerSchema>["sessions"][number];

// ── members, for admins ──────────────────────────────────────────────────────────────────────────────────────────
export const MemberSchema = v.object({ ...UserSchema.entries, lockedAtMs: v.nullable(Epoch), hasKey: v.boolean() });
export type Member = v.InferOutput<typeof MemberSchema>;
/** GET /api/members, admin */
export const MembersAnswerSchema = v.object({ members: v.array(MemberSchema) });
/** POST /api/members/:id, admin → 200 { member }. Never oneself, never the last admin. */
export const MemberChangeSchema = v.strictObject({ action: v.picklist(["lock", "unlock", "promote", "demote"]) });
export const MemberAnswerSchema = v.object({ member: MemberSchema });

/** POST /api/invitations, admin → 201 { invitation, code }: the code is shown this once */
export const InvitationEntrySchema = v.strictObject({
  days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(30)),
});
export const InvitationSchema = v.object({
  id: v.string(),
  createdAtMs: Epoch,
  expiresAtMs: Epoch,
  /** Display name of who came in by it. */
  usedBy: v.nullable(v.string()),
});
export type Invitation = v.InferOutput<typeof InvitationSchema>;
export const InvitationMadeSchema = v.object({ invitation: InvitationSchema, code: v.string() });
/** GET /api/invitations, admin. DELETE /api/invitations/:id, admin → 204 */
export const InvitationsAnswerSchema = v.object({ invitations: v.array(InvitationSchema) });

/** POST /api/master-key/rotate, admin: wraps one batch of keys anew. The scheduled handler does the same by itself. */
export const RotationAnswerSchema = v.object({
  newestVersion: v.number(),
  rewrapped: v.number(),
  /** Keys still under an older version. */
  remaining: v.number(),
});

// ── the trading key ──────────────────────────────────────────────────────────────────────────────────────────────
/** PUT /api/key, fresh → 200 { key }. The secret goes in and never comes out. */
export const KeyEntrySchema = v.strictObject({
  accessKey: v.pipe(v.string(), v.trim(), v.regex(/^[A-Za-z0-9]{20,80}$/)),
  secretKey: v.pipe(v.string(), v.trim(), v.regex(/^[A-Za-z0-9]{20,80}$/)),
  /** The owner wrote out that this key cannot withdraw, after the relay said that the exchange does not tell. */
  cannotWithdraw: v.optional(v.boolean()),
});
const Permission = v.picklist(["yes", "no", "unclear"]);
export const StoredKeySchema = v.object({
  /** First four and last four characters. */
  accessKeyMasked: v.string(),
  permissions: v.object({
    viewAccount: Permission,
    viewOrders: Permission,
    makeOrders: Permission,
    withdraw: Permission,
  }),
  expiresAtMs: v.nullable(Epoch),
  storedAtMs: Epoch,
});
export type StoredKey = v.InferOutput<typeof StoredKeySchema>;
/** GET /api/key, owner. DELETE /api/key, owner → 204. */
export const KeyAnswerSchema = v.object({ key: v.nullable(StoredKeySchema) });

// ── the trail ────────────────────────────────────────────────────────────────────────────────────────────────────
/** GET /api/activity?before=ID, owner: what happened to one's account, newest first, at most 50 */
export const ActivityAnswerSchema = v.object({
  activity: v.array(
    v.object({
      id: v.number(),
      atMs: Epoch,
      event: v.string(),
      subject: v.nullable(v.string()),
      detail: v.nullable(v.string()),
      address: v.nullable(v.string()),
      result: v.picklist(["done", "refused"]),
      /** An admin did it to this account, or this admin to another's. */
      by: v.picklist(["self", "admin", "to-other"]),
      /** The order or the reservation that it is about, as it is now; null where it is about neither. */
      trade: v.nullable(
        v.object({
          market: MarketCodeSchema,
          side: v.picklist(["bid", "ask"]),
          /** Of an order; "0" for a reservation. */
          executedVolume: v.string(),
          /** It was tried to be sent. */
          sent: v.boolean(),
        }),
      ),
    }),
  ),
  /** Pass it as `before` for the next page; null at the end. */
  before: v.nullable(v.number()),
});
export type ActivityEntry = v.InferOutput<typeof ActivityAnswerSchema>["activity"][number];

/** GET /api/audit/verification, admin: whether the trail is as it was sealed */
export const AuditVerificationSchema = v.object({
  intact: v.boolean(),
  links: v.number(),
  rows: v.number(),
  /** Hash of the last link: kept elsewhere, it also proves that nothing was cut off the end. */
  head: v.nullable(v.string()),
  /** First link that does not fit what it sealed. */
  brokenLink: v.nullable(v.number()),
});
