import { newPushKeys } from "./deployment-secrets.ts";

/** Prints a fresh key pair for a deployment's push messages, one variable a line. */
for (const [name, value] of Object.entries(newPushKeys())) console.log(`${name}=${value}`);
