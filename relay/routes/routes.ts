import type { Route } from "../http/route.ts";
import { deleteAccount, putPassword } from "./account.ts";
import { assets } from "./assets.ts";
import { auditVerification, listActivity } from "./audit.ts";
import { listAutoSessions, postAutoSession, postBeat, postEnd } from "./auto-sessions.ts";
import { candles } from "./candles.ts";
import { chance } from "./chance.ts";
import { config } from "./config.ts";
import { deployment } from "./deployment.ts";
import { deleteHalt, deleteHaltAll, getHalt, postHalt, postHaltAll } from "./halt.ts";
import { health } from "./health.ts";
import { deleteInvitation, listInvitations, postInvitation } from "./invitations.ts";
import { deleteKey, getKey, putKey } from "./key.ts";
import { deleteRaise, getLimits, putLimits } from "./limits.ts";
import { logIn } from "./log-in.ts";
import { logOut } from "./log-out.ts";
import { markets } from "./markets.ts";
import { rotateMasterKey } from "./master-key.ts";
import { me } from "./me.ts";
import { listMembers, postMember } from "./members.ts";
import { getServingModel, putServingModel } from "./models.ts";
import { listNotices, readNotices } from "./notices.ts";
import { getOrder, listOrders, postCancel } from "./orders.ts";
import { postOrder } from "./place-order.ts";
import { deletePushDevice, listPushDevices, putPushDevice } from "./push.ts";
import {
  listReservations,
  postCancelReservation,
  postPauseReservation,
  postReservation,
  postResumeReservation,
  putReservation,
} from "./reservations.ts";
import { endSession, endSessions, listSessions } from "./sessions.ts";
import { signInSalt } from "./sign-in-salt.ts";
import { reAuthenticate } from "./re-authenticate.ts";
import { nameCheck, signUp } from "./sign-up.ts";
import { orderBook, ticker, trades } from "./snapshots.ts";

/** Every way into the relay. */
export const ROUTES: readonly Route[] = [
  [health, config, deployment, markets, candles, ticker, orderBook, trades],
  [nameCheck, signUp, signInSalt, logIn, logOut, reAuthenticate, me],
  [listSessions, endSession, endSessions, putPassword, deleteAccount, listActivity],
  [listMembers, postMember, listInvitations, postInvitation, deleteInvitation, auditVerification, rotateMasterKey],
  [listNotices, readNotices, listPushDevices, putPushDevice, deletePushDevice],
  [getKey, putKey, deleteKey, assets, chance],
  [postOrder, listOrders, getOrder, postCancel],
  [postReservation, listReservations, putReservation],
  [postCancelReservation, postPauseReservation, postResumeReservation],
  [getLimits, putLimits, deleteRaise, getHalt, postHalt, deleteHalt, postHaltAll, deleteHaltAll],
  [postAutoSession, listAutoSessions, postBeat, postEnd],
  [getServingModel, putServingModel],
].flat();
