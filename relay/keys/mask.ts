/** First and last four characters; the rest is not even counted. */
export const maskedKey = (accessKey: string): string => `${accessKey.slice(0, 4)}…${accessKey.slice(-4)}`;
