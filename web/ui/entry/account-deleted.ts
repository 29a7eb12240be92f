/** Told to the log-in screen on the way there (history state): the account is gone, and it says so. */
export const ACCOUNT_DELETED = "account-deleted";
