/** Stands for a browser maker's push service, inside the test: it remembers what it was sent and answers as told. */
export class PushService {
  readonly taken: { readonly url: string; readonly headers: Headers; readonly body: Uint8Array }[] = [];
  /** Answers to come, first in, first out; 201 when there are none. */
  readonly statuses: (number | "unreachable")[] = [];

  fetch(url: string, init: RequestInit): Response {
    const status = this.statuses.shift() ?? 201;
    if (status === "unreachable") throw new TypeError("network connection lost");
    this.taken.push({ url, headers: new Headers(init.headers), body: init.body as Uint8Array });
    return new Response(null, { status });
  }
}

/** A key pair that no deployment uses. */
export const TEST_VAPID = {
  VAPID_PUBLIC_KEY: "BK6RXvOlfeuFNp26LA1jhP8-hCIiqirPgvW5uQGiDPxXKJqVPF0rWfkAW1SIgWglxollhzkjF-M5d6vcvkGkjuU",
  VAPID_PRIVATE_KEY: "yfQ_2Ex-P-9HgoeL_CxrFKU7tJ0PHl3DZ3sP3BvKy4I",
  VAPID_SUBJECT: "mailto:operator@relay.example",
};
/** What a browser hands in; nobody holds the other half. */
export const TEST_DEVICE = {
  endpoint: "https://fcm.googleapis.com/fcm/send/device-1",
  p256dh: "BFAZRraw8AHZgTsfANMfdYQ01LVfkqIyNjSOPNPjXvNOaIetuy1zb9SHz5ufAgfA6u7krlAul5opy3R43M1IyBE",
  auth: "SwOJoPQ4uze-mYdiyNrCsA",
  language: "ko",
};
