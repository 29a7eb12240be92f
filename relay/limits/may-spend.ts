import { MINUTE_MS } from "../../domain/units.ts";

/** A buy that got no answer and that the exchange denies for a minute is given up, and may have been waiting there all
 *  the while. Meanwhile it is asked about after 1, 2, 4, 8 and 16 minutes of denial, so that one which arrives within
 *  eight is known before it ceases to count. What is never answered costs its owner so much patience and no more. */
const GIVEN_UP_COUNTS_MS = 20 * MINUTE_MS;

/** SQL of the whole won that a user's buys may still spend; both arguments are SQL too. Two sums, because each has an
 *  index of its own. Rules X46, X55. */
export const maySpendKrw = (userId: string, nowMs: string): string => `(
  (SELECT COALESCE(SUM(open_krw), 0) FROM orders o WHERE o.user_id = ${userId}
     AND o.state IN ('sending', 'unknown', 'accepted'))
  + (SELECT COALESCE(SUM(open_krw), 0) FROM orders o WHERE o.user_id = ${userId}
     AND o.intent_wall_ms > ${nowMs} - ${GIVEN_UP_COUNTS_MS} AND o.state IN ('expired', 'burned')))`;
