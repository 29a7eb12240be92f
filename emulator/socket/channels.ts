import type { Frame } from "./socket-frames.ts";
import type { Stream } from "./socket-streams.ts";
import { frameBytes } from "./frame-format.ts";
import type { FrameFormat, Subscription } from "./socket-request.ts";

/** Who gets a channel's frames. */
export type Listener = { deliver(frame: Frame, bytes: Buffer): void };

/** Streams that all subscribers share: each frame is made once, and written once in each format. */
export type Channels = {
  /** What a newcomer is sent at once. From then on it gets what is new. */
  join(listener: Listener, subscription: Subscription, format: FrameFormat): Frame[];
  leave(listener: Listener): void;
  pulse(): void;
  size(): number;
};

type Channel = { readonly stream: Stream; readonly listeners: Map<FrameFormat, Set<Listener>> };

/** @param makeStream a stream with its own memory of what it told */
export function createChannels(makeStream: (subscription: Subscription) => Stream): Channels {
  const channels = new Map<string, Channel>();
  const joined = new Map<Listener, Set<string>>();

  const opened = (name: string, subscription: Subscription): Channel => {
    let channel = channels.get(name);
    if (channel) return channel;
    const stream = makeStream({ ...subscription, snapshot: true, realtime: true });
    // Sets the point from which it goes on; whoever wants the snapshot is given one of their own.
    stream.first();
    channels.set(name, (channel = { stream, listeners: new Map() }));
    return channel;
  };
  return {
    join: (listener, subscription, format) => {
      const name = nameOf(subscription);
      if (subscription.realtime) {
        const channel = opened(name, subscription);
        // Earlier subscribers first get what came before the newcomer's snapshot: nothing is told twice or skipped.
        tell(channel);
        const listeners = channel.listeners.get(format) ?? new Set();
        channel.listeners.set(format, listeners.add(listener));
        joined.set(listener, (joined.get(listener) ?? new Set()).add(name));
      }
      return subscription.snapshot ? makeStream({ ...subscription, realtime: false }).first() : [];
    },
    leave: (listener) => {
      for (const name of joined.get(listener) ?? []) {
        const { listeners } = channels.get(name)!;
        for (const [format, those] of listeners)
          if (those.delete(listener) && those.size === 0) listeners.delete(format);
        if (listeners.size === 0) channels.delete(name);
      }
      joined.delete(listener);
    },
    pulse: () => {
      for (const channel of channels.values()) tell(channel);
    },
    size: () => channels.size,
  };
}

function tell({ stream, listeners }: Channel): void {
  for (const frame of stream.next())
    for (const [format, those] of listeners) {
      const bytes = frameBytes(frame, format);
      for (const listener of those) listener.deliver(frame, bytes);
    }
}

const nameOf = ({ type, code, depth, level, intervalMs }: Subscription): string =>
  `${type} ${code} ${type === "orderbook" ? `${depth} ${level}` : intervalMs}`;
